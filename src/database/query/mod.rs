//! TODO

pub mod batches;
pub mod bulk_insert;
pub mod group_by;
pub mod latest_entry;
pub mod planner;
pub mod sorted_scan;

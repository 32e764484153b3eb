//! Queries made when a request is read: pages, whole lists in batches, groups, inserts, and the planner that chooses
//! between filter-then-sort and a scan of the order.

pub mod batches;
pub mod by_keys;
pub mod group_by;
pub mod insert_records;
pub mod latest_entry;
pub mod planner;
pub mod sorted_scan;

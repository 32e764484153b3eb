//! The model: what a resource and its columns are, which words and values they take, and when a record is valid.

pub mod change_set;
pub mod column;
pub mod countries;
pub mod did_you_mean;
pub mod enums;
pub mod level_names;
pub mod new_record;
pub mod prepared_record;
pub mod record;
pub mod reserved_ids;
pub mod resource;
pub mod text_list;
pub mod timestamp;
pub mod validation;
pub mod web_address;

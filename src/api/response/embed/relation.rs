//! A relation of a resource, as `include` follows it: which records, by which of their columns, for which value of
//! the record that they are embedded in.

use crate::database::{
    find,
    model::resource::{Resource, include_name},
};

/// Where the embedded records come from.
#[derive(Clone, Copy)]
pub struct Relation {
    pub name: &'static str,
    pub resource: &'static Resource,
    /// The column of those records that is looked up.
    pub key: &'static str,
    /// The column of the record that they are embedded in, which has the value that is looked up.
    pub column: &'static str,
    /// Whether there may be many, so that they stand in a list.
    pub is_list: bool,
}

impl Relation {
    /// The relation of that name; `None` where the resource has none.
    pub fn of(resource: &'static Resource, name: &'static str) -> Option<Self> {
        let mut references = resource.references.iter();
        let reference = references.find(|reference| include_name(reference.column) == name);
        if let Some(reference) = reference {
            return Some(Self {
                name,
                resource: find(reference.resource)?,
                key: "id",
                column: reference.column,
                is_list: false,
            });
        }
        let child = resource.children.iter().find(|child| child.name == name)?;
        Some(Self {
            name,
            resource: find(child.resource)?,
            key: child.column,
            column: "id",
            is_list: true,
        })
    }

    /// Writes the records, which are JSON already, as a member of the record that they are embedded in.
    pub fn write(&self, records: &[String], member: &mut String) {
        member.push_str(",\"");
        member.push_str(self.name);
        member.push_str("\":");
        if self.is_list {
            member.push('[');
            for (at, record) in records.iter().enumerate() {
                if at > 0 {
                    member.push(',');
                }
                member.push_str(record);
            }
            member.push(']');
        } else {
            member.push_str(records.first().map_or("null", String::as_str));
        }
    }
}

//! Truncation that is told: which records have more of a relation than stands in the answer, and where all of it is.

use crate::{
    api::{response::url, state::State},
    database::model::resource::Resource,
};

use serde::Serialize;
use utoipa::ToSchema;

/// A record of whose relation only the first records stand in the answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Truncated {
    /// The relation, as `include` names it.
    #[schema(example = "subsections.measures")]
    pub relation: String,
    /// The id of the record that has more of it.
    #[schema(example = "az-nap-2016-2018-s1")]
    pub id: String,
    /// How many stand in the record: the first ones, in the order of their list.
    #[schema(example = 100, minimum = 1)]
    pub shown: i64,
    /// How many there are.
    #[schema(example = 1204, minimum = 1)]
    pub total: i64,
    /// The address of the list that has all of them.
    #[schema(
        example = "http://127.0.0.1:8080/v1/measures?section_id=az-nap-2016-2018-s1",
        format = "uri"
    )]
    pub all: String,
}

/// What was cut.
pub struct Cut {
    pub relation: String,
    /// The resource of what was cut, and its column that has the id.
    pub resource: &'static Resource,
    pub column: &'static str,
    pub id: String,
    pub total: i64,
}

impl Cut {
    /// The same, for clients.
    pub fn told(&self, state: &State) -> Truncated {
        let path = format!("/v1/{}", self.resource.path());
        let filter = [(self.column.to_owned(), self.id.clone())];
        Truncated {
            all: url::address(state, &path, &filter),
            relation: self.relation.clone(),
            id: self.id.clone(),
            shown: MAX_CHILDREN,
            total: self.total,
        }
    }
}

/// The most records of one relation that stand in one record.
pub const MAX_CHILDREN: i64 = 100;

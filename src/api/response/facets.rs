//! Facets: how many records of a list have each value, as if the facet itself were not narrowed.

use crate::{
    api::{
        count_cache::CountsAtVersion,
        error::WrongParameter,
        request::{dimensions::Dimension, list_request::ListRequest},
        response::budget::{MAX_GROUPS, Refused},
    },
    database::{AnyConnection, model::resource::Resource, query::group_by},
};

use serde::Serialize;
use utoipa::ToSchema;

/// One value of a facet.
#[derive(Serialize, ToSchema)]
pub struct FacetValue {
    /// The value; null for the records that have none. A column is asked for these with `[missing]=true`; those that
    /// no record of a relation leads to, as `role` of a measure without bodies, are counted and have no filter.
    #[schema(example = "complete", required)]
    pub value: Option<String>,
    /// The name or title of the record whose id the value is.
    #[schema(required)]
    pub label: Option<String>,
    /// How many records have it: the `total` of the list with this value and the other filters. A section is told where
    /// records are in the section itself, and counts those in its subsections too, as the filter does.
    #[schema(example = 18, minimum = 1)]
    pub count: i64,
}

/// The values of a facet, the most frequent first.
#[derive(Serialize, ToSchema)]
pub struct Facet {
    /// What the records are counted by: the name of the filter.
    #[schema(example = "completion")]
    pub name: String,
    /// The values, the most frequent first.
    pub values: Vec<FacetValue>,
}

/// The request without what narrows the dimension.
pub fn without_filters_on(
    resource: &'static Resource,
    parameters: &[(String, String)],
    dimension: &Dimension,
) -> Result<ListRequest, Vec<WrongParameter>> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(
        parameters
            .iter()
            .filter(|(name, _)| !dimension.is_narrowed_by(name))
            .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "page" | "facets")),
    );
    ListRequest::parse(resource, &query.finish())
}

/// Counts the values of a dimension.
pub fn facet(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    counts: CountsAtVersion<'_>,
    dimension: &Dimension,
    mut asked: ListRequest,
) -> Result<Facet, Refused> {
    asked.resolve(connection, resource, counts)?;
    let by = [dimension.by];
    let groups = counts.groups(connection, resource, &asked.matching, &by, MAX_GROUPS)?;
    let mut groups = groups.ok_or_else(|| Refused::too_many_groups("facets", &dimension.name))?;
    groups.sort_by_key(|group| (-group.count, dimension.place(group.values[0].as_deref())));
    let values = groups.iter().filter_map(|group| group.values[0].as_deref());
    let labels = dimension.labels(connection, values)?;
    let value = |group: group_by::Group| {
        let value = group.values.into_iter().next().flatten();
        FacetValue {
            label: value.as_ref().and_then(|value| labels.get(value).cloned()),
            value,
            count: group.count,
        }
    };
    Ok(Facet {
        name: dimension.name.clone(),
        values: groups.into_iter().map(value).collect(),
    })
}

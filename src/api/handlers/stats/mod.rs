//! `/v1/{resource}/stats`: counts of the records of a list by what they have in common.

mod table;

use crate::{
    api::{
        Error, Result,
        count_cache::CountsAtVersion,
        error::{Code, Wrong, WrongParameter},
        export::{file_head, options::ExportOptions, provenance::Provenance},
        request::{
            accept::Format,
            dimensions::{self, Dimension},
            list_request::ListRequest,
            parameters,
        },
        response::{
            budget::{self, Budget, MAX_GROUPS, Refused},
            envelope::{self, ListLinks, ListMeta},
            headers,
            levels::{Level, LevelCount, SCALE, Tally},
            page, url,
        },
        state::State,
    },
    database::{AnyConnection, model::resource::Resource, query::group_by, sql::filter::Filter},
};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value as Json, json};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};
use utoipa::ToSchema;

/// The formats of statistics.
pub const FORMATS: [Format; 3] = [Format::Json, Format::Csv, Format::Xlsx];

/// The records that have the same values.
#[derive(Serialize, ToSchema)]
pub struct StatsGroup {
    /// The values by the names that the records are grouped by; null where the records have none.
    #[schema(value_type = Object, example = json!({ "completion": "complete" }))]
    pub group: Map<String, Json>,
    /// The names or titles of the records whose ids the values are, by the same names.
    #[schema(value_type = Object)]
    pub labels: Map<String, Json>,
    /// How many records there are: the `total` of the list with these values as filters. A section has a group where
    /// records are in the section itself, and counts those in its subsections too, as the filter does.
    #[schema(example = 18, minimum = 0)]
    pub count: i64,
    /// Of measures (by the government's own report that counts) and status entries: how many have each level of completion,
    /// in the order of the scale and last `none`, also where none has it.
    #[schema(nullable = false)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub levels: Option<Vec<LevelCount>>,
}

/// Counts the records.
pub async fn get(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let format = Format::choose(&request, &FORMATS)?;
    let (given, unread) = parameters::given(request.query_string());
    let (by, asked) = parse(resource, &given, unread).map_err(Error::BadParameter)?;
    let path = format!("/v1/{}/stats.{}", resource.path(), format.extension());
    let address = url::address(&state, &path, &given);
    let layout = ExportOptions {
        format,
        table: table::columns(resource, &by, level_column(resource).is_some()),
        bom: asked.bom,
        excel: asked.excel,
        lang: asked.lang.clone(),
        spool: state.spool.clone(),
    };
    let (memory, registers) = (
        Arc::clone(&state.count_cache),
        Arc::clone(&state.dataset_versions),
    );
    let public_url = state.public_url.clone();
    let (register, counted) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = registers.read(connection)?;
            let counts = memory.of(&register);
            let language = register.language();
            let groups = count(connection, resource, counts, (&by, language), asked);
            let counted = groups.and_then(|groups| {
                if !format.is_table() {
                    return Ok(Counted::Groups(json(groups)?));
                }
                let facts = Provenance::new(&register, &public_url, &address);
                let file = layout.file(&facts, table::rows(&by, &groups));
                file.map(Counted::Table).map_err(Refused::File)
            });
            Ok((register, Refused::told(counted)?))
        })
        .await?;
    let groups = match counted? {
        Counted::Groups(groups) => groups,
        Counted::Table(file) => {
            let name = format!("{}-stats", resource.path());
            return Ok(file_head::whole(
                format, &name, file, &request, &register, &state,
            ));
        }
    };
    let this = url::address(&state, request.path(), &given);
    let links = ListLinks {
        first: this.clone(),
        this,
        prev: None,
        next: None,
    };
    let total = i64::try_from(groups.len()).unwrap_or(i64::MAX);
    let meta = ListMeta::of(&register, total, total.max(1));
    let body = envelope::envelope(&envelope::array(&groups), &meta, &links);
    Ok(headers::json(&request, &register, body, Some(&links)))
}

/// What was counted, as it is sent.
enum Counted {
    Groups(Vec<String>),
    Table(Vec<u8>),
}

/// The groups as JSON, each by itself.
fn json(groups: Vec<StatsGroup>) -> Result<Vec<String>, Refused> {
    let mut budget = Budget::new(groups.len());
    let group = |group: StatsGroup| {
        let json = budget::json(&group)?;
        budget.spend(json.len()).map(|()| json)
    };
    groups.into_iter().map(group).collect()
}

/// What to group by, and which records.
fn parse(
    resource: &'static Resource,
    given: &[(String, String)],
    mut wrong: Vec<WrongParameter>,
) -> Result<(Vec<Dimension>, ListRequest), Vec<WrongParameter>> {
    let mut by = Vec::new();
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in given {
        match name.as_str() {
            "group_by" => match dimensions::parse(resource, value) {
                Ok(dimensions) => by = dimensions,
                Err(why) => wrong.push(WrongParameter::new(name, why)),
            },
            "limit" | "cursor" | "page" | "sort" | "fields" | "include" | "facets" | "labels" => {
                let reason = "is for lists; statistics give every group";
                wrong.push(WrongParameter::new(
                    name,
                    Wrong::new(Code::NotTaken, reason),
                ));
            }
            _ => {
                query.append_pair(name, value);
            }
        }
    }
    if by.is_empty() && wrong.iter().all(|wrong| wrong.parameter != "group_by") {
        let reason = "is required: what to count the records by";
        wrong.push(WrongParameter::new(
            "group_by",
            Wrong::new(Code::Missing, reason),
        ));
    }
    let asked = ListRequest::parse_beside(wrong, resource, &query.finish())?;
    Ok((by, asked))
}

/// The groups, in the order of their values.
fn count(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    counts: CountsAtVersion<'_>,
    (by, language): (&[Dimension], Option<&str>),
    mut asked: ListRequest,
) -> Result<Vec<StatsGroup>, Refused> {
    page::refuse_mistakes(connection, &asked)?;
    asked.resolve(connection, resource, counts)?;
    let mut groups = groups(connection, resource, counts, &asked.matching, by)?;
    groups.sort_by_cached_key(|(group, _)| {
        let places = by.iter().zip(&group.values);
        places
            .map(|(dimension, value)| dimension.place(value.as_deref()))
            .collect::<Vec<_>>()
    });
    let mut labels: Vec<HashMap<String, String>> = Vec::new();
    for (at, dimension) in by.iter().enumerate() {
        let values = groups
            .iter()
            .filter_map(|(group, _)| group.values[at].as_deref());
        labels.push(dimension.labels(connection, values)?);
    }
    let group = |(group, levels): (group_by::Group, Option<Tally>)| {
        let named = by.iter().zip(&group.values);
        let label = |(at, (dimension, value)): (usize, (&Dimension, &Option<String>))| {
            let label = value.as_ref().and_then(|value| labels[at].get(value));
            (
                dimension.name.clone(),
                label.map_or(Json::Null, |label| json!(label)),
            )
        };
        StatsGroup {
            labels: named.clone().enumerate().map(label).collect(),
            group: named
                .map(|(dimension, value)| (dimension.name.clone(), json!(value)))
                .collect(),
            count: group.count,
            levels: levels.map(|levels| levels.counts(language)),
        }
    };
    Ok(groups.into_iter().map(group).collect())
}

/// The column with the level of completion.
pub fn level_column(resource: &Resource) -> Option<&'static str> {
    resource.behaviour.level
}

/// The groups, with their levels where the records have some. The records are read once: what a group
/// has is the sum of its levels, as a record has one.
fn groups(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    counts: CountsAtVersion<'_>,
    matching: &Filter,
    by: &[Dimension],
) -> Result<Vec<(group_by::Group, Option<Tally>)>, Refused> {
    let too_many = || {
        let names: Vec<&str> = by.iter().map(|dimension| dimension.name.as_str()).collect();
        Refused::too_many_groups("group_by", &names.join(","))
    };
    let mut columns: Vec<group_by::Dimension> = by.iter().map(|dimension| dimension.by).collect();
    let Some(column) = level_column(resource) else {
        let groups = counts.groups(connection, resource, matching, &columns, MAX_GROUPS)?;
        let groups = groups.ok_or_else(too_many)?;
        return Ok(groups.into_iter().map(|group| (group, None)).collect());
    };
    columns.push(group_by::Dimension::own(column));
    let mut groups: BTreeMap<Vec<Option<String>>, Tally> = BTreeMap::new();
    let most = MAX_GROUPS * SCALE.len();
    let counted = counts.groups(connection, resource, matching, &columns, most)?;
    for mut group in counted.ok_or_else(too_many)? {
        let level = group.values.pop().flatten();
        let levels = groups.entry(group.values).or_default();
        levels.add(Level::of(level.as_deref()), group.count);
    }
    if groups.len() > MAX_GROUPS {
        return Err(too_many());
    }
    let group = |(values, levels): (Vec<Option<String>>, Tally)| {
        let count = levels.total();
        (group_by::Group { values, count }, Some(levels))
    };
    Ok(groups.into_iter().map(group).collect())
}

//! Query execution: the records that match, ranked by BM25, within a budget of matches that are scored.

use crate::database::{
    AnyConnection,
    model::resource::{self, Resource},
    search::{
        bm25::Scorer,
        cache::{Indexed, SearchCache},
        query::Query,
        ranked::Ranking,
    },
    sql::filter::{Filter, Predicate, Value},
};
use diesel::QueryResult;
use std::{collections::HashMap, sync::Arc};

/// So many records are ranked; where more match, they come in the order of the document.
pub const RANKED: usize = 5000;

/// How many records are asked for by their ids at a time.
const BATCH: usize = 512;

/// The records of a resource that meet the condition, which asks the index too; `None` where they are
/// too many to rank.
pub fn ranked(
    connection: &mut AnyConnection,
    knowledge: &SearchCache,
    resource: &'static Resource,
    condition: &Filter,
    query: &Query,
) -> QueryResult<Option<Ranking>> {
    let is_search_alone = condition.as_search().is_some();
    let matches = query.match_query(&[resource.name]);
    // never for more than are ranked, so that a broad question costs no more than a narrow one
    let numbers = matches.numbers(connection, RANKED + 1)?;
    if numbers.len() <= RANKED {
        let found = knowledge.texts(connection, &numbers)?;
        if is_search_alone {
            return Ok(Some(Ranking::of(scored(query, found), vec![resource])));
        }
        let ids = found.iter().map(|record| text(record.id())).collect();
        let met = in_order(connection, resource, condition.of_found(ids))?;
        return Ok(Some(ordered(resource, &scored(query, found), &met)));
    }
    if is_search_alone {
        return Ok(None);
    }
    let most = resource::Query {
        limit: i64::try_from(RANKED + 1).unwrap_or(i64::MAX),
        ..resource.all(condition.clone())
    };
    let met = resource.store.matching(connection, &most)?;
    if met.len() > RANKED {
        return Ok(None);
    }
    let mut found = Vec::with_capacity(met.len());
    for ids in met.chunks(BATCH) {
        let mut documents = Filter::column("resource", Predicate::OneOf(vec![text(resource.name)]));
        documents.add(
            "record_id",
            Predicate::OneOf(ids.iter().map(|id| text(id)).collect()),
        );
        found.extend(knowledge.read_texts(connection, &documents)?);
    }
    Ok(Some(ordered(resource, &scored(query, found), &met)))
}

/// The records of all of these resources; `None` where they are too many to rank together.
pub fn ranked_together(
    connection: &mut AnyConnection,
    knowledge: &SearchCache,
    resources: &[&'static Resource],
    query: &Query,
) -> QueryResult<Option<Ranking>> {
    let names: Vec<&str> = resources.iter().map(|resource| resource.name).collect();
    let numbers = query.match_query(&names).numbers(connection, RANKED + 1)?;
    if numbers.len() > RANKED {
        return Ok(None);
    }
    let found = knowledge.texts(connection, &numbers)?;
    Ok(Some(Ranking::of(scored(query, found), resources.to_vec())))
}

/// Records with their scores.
type Scored = Vec<(i64, Arc<Indexed>)>;

fn scored(query: &Query, found: Vec<Arc<Indexed>>) -> Scored {
    let scorer = Scorer::of(query);
    let with_score = |record: Arc<Indexed>| (scorer.score(record.fields()), record);
    found.into_iter().map(with_score).collect()
}

/// The ids of the records that meet a condition, in the order of the document.
fn in_order(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    condition: Filter,
) -> QueryResult<Vec<String>> {
    let query = resource.all(condition);
    resource.store.matching(connection, &query)
}

/// Those of the scored records whose ids are given, in this order where they are equal.
fn ordered(resource: &'static Resource, scored: &[(i64, Arc<Indexed>)], ids: &[String]) -> Ranking {
    let mut by_id: HashMap<&str, &(i64, Arc<Indexed>)> = HashMap::new();
    by_id.extend(scored.iter().map(|found| (found.1.id(), found)));
    let found = ids.iter().filter_map(|id| by_id.get(id.as_str()));
    let found = found.map(|&(score, record)| (*score, Arc::clone(record)));
    Ranking::ordered(found.collect(), resource)
}

fn text(value: &str) -> Value {
    Value::Text(value.to_owned())
}

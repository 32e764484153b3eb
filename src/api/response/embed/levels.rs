//! Embedding, level by level: a few bounded queries for each relation, and not one for each record.
//!
//! How many records a relation has is counted first, so that a budget is refused before it is spent, and so that
//! no query reads more than is shown. Records are kept as the text that they are in the answer.

use crate::{
    api::response::{
        budget::{Budget, Refused},
        embed::{Cut, relation::Relation, tree::Tree, truncated::MAX_CHILDREN},
    },
    database::{
        AnyConnection,
        model::{
            record::Record,
            resource::{Column, Object, Query, Resource, Row},
        },
        query::{
            group_by::{self, Dimension},
            planner,
        },
        sql::filter::{Filter, Predicate, Value},
    },
};

use std::collections::{BTreeMap, HashMap};

/// How many ids go into one query, and how many records come out of it, as far as no record has more.
const BATCH: usize = 500;

/// The members, as text that follows the columns of each row, with the records that the tree names.
pub fn embed(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    rows: &[Object],
    tree: &Tree,
    budget: &mut Budget,
) -> Result<Vec<String>, Refused> {
    let columns = columns(resource, tree);
    let parent = |row: &Object| Parent::new(row, &columns, 1);
    let parents: Vec<Parent> = rows.iter().map(parent).collect();
    let mut embedding = Embedding { connection, budget };
    embedding.members(resource, &parents, tree, "")
}

/// The columns that the relations of a tree are looked up by.
fn columns(resource: &'static Resource, tree: &Tree) -> Vec<&'static str> {
    let relations = tree.names().filter_map(|name| Relation::of(resource, name));
    relations.map(|relation| relation.column).collect()
}

/// A record that others are embedded in.
struct Parent {
    /// What those are looked up by.
    values: Vec<(&'static str, String)>,
    /// How often it stands in the answer.
    times: i64,
}

impl Parent {
    fn new(row: &Object, columns: &[&'static str], times: i64) -> Self {
        let value = |&column: &&'static str| (column, row.text(column).to_owned());
        let values = columns.iter().map(value).collect();
        Self { values, times }
    }

    /// The value of a column; empty where there is none.
    fn value(&self, column: &str) -> &str {
        let value = self.values.iter().find(|(name, _)| *name == column);
        value.map_or("", |(_, value)| value)
    }
}

/// A record to embed.
struct Embedded {
    /// The value that it was looked up by.
    key: String,
    json: String,
    parent: Parent,
}

/// How many records a value leads to, and how often they stand in the answer.
struct Wanted<'p> {
    value: &'p str,
    times: i64,
    count: i64,
}

struct Embedding<'c> {
    connection: &'c mut AnyConnection,
    budget: &'c mut Budget,
}

impl Embedding<'_> {
    fn members(
        &mut self,
        resource: &'static Resource,
        parents: &[Parent],
        tree: &Tree,
        path: &str,
    ) -> Result<Vec<String>, Refused> {
        let mut members = vec![String::new(); parents.len()];
        for (name, rest) in tree.branches() {
            let Some(relation) = Relation::of(resource, name) else {
                continue;
            };
            let path = format!("{path}{name}");
            let found = self.records(&relation, parents, rest, &path)?;
            for (member, parent) in members.iter_mut().zip(parents) {
                let records = found.get(parent.value(relation.column));
                relation.write(records.map_or(&[], Vec::as_slice), member);
            }
        }
        Ok(members)
    }

    /// The records of a relation, with what is embedded in them, by the value that led to them.
    fn records(
        &mut self,
        relation: &Relation,
        parents: &[Parent],
        tree: &Tree,
        path: &str,
    ) -> Result<HashMap<String, Vec<String>>, Refused> {
        let wanted = self.wanted(relation, parents)?;
        self.budget_for(relation, &wanted, path)?;
        let columns = columns(relation.resource, tree);
        let records = self.read(relation, &wanted, &columns)?;
        let (parents, texts): (Vec<Parent>, Vec<(String, String)>) = records
            .into_iter()
            .map(|record| (record.parent, (record.key, record.json)))
            .unzip();
        let members = self.members(relation.resource, &parents, tree, &format!("{path}."))?;
        let mut by_key: HashMap<String, Vec<String>> = HashMap::new();
        for ((key, mut json), members) in texts.into_iter().zip(members) {
            join(&mut json, &members);
            by_key.entry(key).or_default().push(json);
        }
        Ok(by_key)
    }

    /// The values to look up, each once.
    fn wanted<'p>(
        &mut self,
        relation: &Relation,
        parents: &'p [Parent],
    ) -> Result<Vec<Wanted<'p>>, Refused> {
        let mut times: BTreeMap<&str, i64> = BTreeMap::new();
        for parent in parents {
            *times.entry(parent.value(relation.column)).or_default() += parent.times;
        }
        times.remove("");
        let values: Vec<&str> = times.keys().copied().collect();
        let counts = if relation.is_list {
            self.counts(relation, &values)?
        } else {
            HashMap::new()
        };
        let wanted = times.into_iter().map(|(value, times)| {
            let count = if relation.is_list {
                counts.get(value).copied()
            } else {
                Some(1)
            };
            Wanted {
                value,
                times,
                count: count.unwrap_or_default(),
            }
        });
        Ok(wanted.filter(|wanted| wanted.count > 0).collect())
    }

    /// How many records each of the values leads to.
    fn counts(
        &mut self,
        relation: &Relation,
        values: &[&str],
    ) -> Result<HashMap<String, i64>, Refused> {
        let mut counts = HashMap::new();
        for values in values.chunks(BATCH) {
            self.budget.spend(0)?;
            let condition = one_of(relation.key, values.iter().copied());
            let dimension = [Dimension::own(relation.key)];
            let groups = group_by::groups(
                self.connection,
                relation.resource,
                &condition,
                &dimension,
                BATCH,
            )?;
            let counted = groups
                .into_iter()
                .flatten()
                .filter_map(|mut group| Some((group.values.pop()??, group.count)));
            counts.extend(counted);
        }
        Ok(counts)
    }

    /// Spends what the records will cost, and notes what is cut.
    fn budget_for(
        &mut self,
        relation: &Relation,
        wanted: &[Wanted<'_>],
        path: &str,
    ) -> Result<(), Refused> {
        let shown = |wanted: &Wanted<'_>| wanted.times * wanted.count.min(MAX_CHILDREN);
        let list = format!("/v1/{}", relation.resource.path());
        self.budget
            .embed(path, &list, wanted.iter().map(shown).sum())?;
        let cut = wanted.iter().filter(|wanted| wanted.count > MAX_CHILDREN);
        self.budget.cuts.extend(cut.map(|wanted| Cut {
            relation: path.to_owned(),
            resource: relation.resource,
            column: relation.key,
            id: wanted.value.to_owned(),
            total: wanted.count,
        }));
        Ok(())
    }

    /// Reads the records: those of many values together, those of a value that has too many by themselves.
    fn read(
        &mut self,
        relation: &Relation,
        wanted: &[Wanted<'_>],
        columns: &[&'static str],
    ) -> Result<Vec<Embedded>, Refused> {
        let times: HashMap<&str, i64> = wanted
            .iter()
            .map(|wanted| (wanted.value, wanted.times))
            .collect();
        let (cut, whole): (Vec<_>, Vec<_>) = wanted
            .iter()
            .partition(|wanted| wanted.count > MAX_CHILDREN);
        let mut records = Vec::new();
        for batch in batches(&whole) {
            self.budget.spend(0)?;
            let condition = one_of(relation.key, batch.iter().map(|wanted| wanted.value));
            let query = relation.resource.all(condition);
            let rows = relation.resource.store.list(self.connection, &query)?;
            self.keep(relation, rows, &times, columns, &mut records)?;
        }
        for wanted in cut {
            self.budget.spend(0)?;
            let rows = self.first(relation, wanted)?;
            self.keep(relation, rows, &times, columns, &mut records)?;
        }
        Ok(records)
    }

    /// The first records that a value leads to.
    fn first(
        &mut self,
        relation: &Relation,
        wanted: &Wanted<'_>,
    ) -> Result<Vec<Box<dyn Row>>, Refused> {
        let resource = relation.resource;
        let names = resource.order.iter().chain(&["id"]);
        let columns: Vec<&'static Column> =
            names.filter_map(|name| resource.column(name)).collect();
        let query = Query {
            limit: MAX_CHILDREN,
            ..resource.all(one_of(relation.key, [wanted.value]))
        };
        let total = wanted.count;
        Ok(planner::page(
            self.connection,
            resource,
            &columns,
            &query,
            total,
        )?)
    }

    /// Keeps rows as what they are in the answer.
    fn keep(
        &mut self,
        relation: &Relation,
        rows: Vec<Box<dyn Row>>,
        times: &HashMap<&str, i64>,
        columns: &[&'static str],
        records: &mut Vec<Embedded>,
    ) -> Result<(), Refused> {
        for row in rows {
            let object = row.to_object();
            let key = object.text(relation.key).to_owned();
            let times = times.get(key.as_str()).copied().unwrap_or(1);
            let json = row.to_json();
            let copies = usize::try_from(times).unwrap_or(usize::MAX);
            self.budget.spend(json.len().saturating_mul(copies))?;
            let parent = Parent::new(&object, columns, times);
            records.push(Embedded { key, json, parent });
        }
        Ok(())
    }
}

/// The values in batches of which none leads to too many records.
fn batches<'w, 'p>(wanted: &'w [&'w Wanted<'p>]) -> impl Iterator<Item = &'w [&'w Wanted<'p>]> {
    let mut rest = wanted;
    std::iter::from_fn(move || {
        let mut records = 0;
        let mut fits = rest.iter().take_while(|wanted| {
            records += wanted.count;
            records <= i64::try_from(BATCH).unwrap_or(i64::MAX)
        });
        let length = fits.by_ref().count().max(1);
        let (batch, after) = rest.split_at_checked(length)?;
        rest = after;
        Some(batch)
    })
}

fn one_of<'v>(column: &'static str, values: impl IntoIterator<Item = &'v str>) -> Filter {
    let values = values
        .into_iter()
        .map(|value| Value::Text(value.to_owned()));
    Filter::column(column, Predicate::OneOf(values.collect()))
}

/// Puts members behind those that a JSON object has; it has some.
pub fn join(json: &mut String, members: &str) {
    if members.is_empty() {
        return;
    }
    json.pop();
    json.push_str(members);
    json.push('}');
}

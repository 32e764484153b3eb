//! Views: which columns of a record are shown, and which records beside it.

use crate::{
    api::{
        error::WrongParameter,
        request::parameters,
        response::{
            budget::{Budget, Refused},
            embed::{Cut, Tree, embed, join},
            labels,
        },
    },
    database::{
        AnyConnection,
        model::resource::{Object, Resource, Row},
    },
};

use diesel::QueryResult;
use serde_json::Value as Json;

/// Which columns of a record, and which records beside it.
#[derive(Default)]
pub struct View {
    pub fields: Option<Vec<&'static str>>,
    pub include: Tree,
    /// Whether the names of the records that ids refer to stand beside them.
    pub labels: bool,
}

/// Rows as JSON, each by itself, and what was cut off the records that are embedded in them.
pub struct Shown {
    pub rows: Vec<String>,
    pub cuts: Vec<Cut>,
}

impl View {
    /// The rows as JSON, within the budget of an answer.
    pub fn show(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: Vec<Box<dyn Row>>,
    ) -> Result<Shown, Refused> {
        let mut budget = Budget::new(rows.len());
        let mut shown = Vec::with_capacity(rows.len());
        if self.is_plain() {
            for row in rows {
                let json = row.to_json();
                budget.spend(json.len())?;
                shown.push(json);
            }
        } else {
            let mut objects: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
            drop(rows);
            let members = embed(connection, resource, &objects, &self.include, &mut budget)?;
            self.apply(connection, resource, &mut objects)?;
            for (row, members) in objects.into_iter().zip(members) {
                let mut json = Json::Object(row).to_string();
                budget.spend(json.len())?;
                join(&mut json, &members);
                shown.push(json);
            }
        }
        Ok(Shown {
            rows: shown,
            cuts: budget.cuts,
        })
    }

    /// The rows as they are to be shown, without what is embedded.
    pub fn objects(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: &[Box<dyn Row>],
    ) -> QueryResult<Vec<Object>> {
        let mut rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        self.apply(connection, resource, &mut rows)?;
        Ok(rows)
    }

    /// Whether a column is shown.
    pub fn shows(&self, name: &str) -> bool {
        let fields = self.fields.as_ref();
        name == "id" || fields.is_none_or(|fields| fields.contains(&name))
    }

    /// Whether rows are shown as they are.
    pub fn is_plain(&self) -> bool {
        self.fields.is_none() && self.include.is_empty() && !self.labels
    }

    /// Drops the columns that are not asked for, and names the rest.
    fn apply(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: &mut [Object],
    ) -> QueryResult<()> {
        if self.fields.is_some() {
            for row in rows.iter_mut() {
                row.retain(|name, _| self.shows(name));
            }
        }
        if self.labels {
            labels::add(connection, resource, rows)?;
        }
        Ok(())
    }

    /// Reads the parameters of a request for one record.
    pub fn parse(resource: &'static Resource, query: &str) -> Result<Self, Vec<WrongParameter>> {
        let mut view = Self::default();
        let (given, mut wrong) = parameters::given(query);
        for (name, value) in given {
            let done = match name.as_str() {
                "fields" => {
                    parameters::fields(resource, &value).map(|fields| view.fields = Some(fields))
                }
                "include" => Tree::parse(resource, &value).map(|tree| view.include = tree),
                _ => {
                    wrong.push(parameters::unknown(&name, &["fields", "include"]));
                    continue;
                }
            };
            wrong.extend(done.err().map(|wrong| WrongParameter::new(&name, wrong)));
        }
        if wrong.is_empty() {
            Ok(view)
        } else {
            Err(wrong)
        }
    }
}

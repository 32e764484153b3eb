//! Views: which columns of a record are shown, and which records beside it.

use super::{
    error::WrongParameter,
    include::{Tree, embed},
    labels, parameters,
};
use crate::database::{
    AnyConnection,
    resource::{Object, Resource, Row},
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

impl View {
    /// The rows as JSON, each by itself.
    pub fn show(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: &[Box<dyn Row>],
    ) -> QueryResult<Vec<String>> {
        if self.is_plain() {
            return Ok(rows.iter().map(|row| row.to_json()).collect());
        }
        let rows = self.objects(connection, resource, rows)?;
        Ok(rows
            .into_iter()
            .map(|row| Json::Object(row).to_string())
            .collect())
    }

    /// The rows as they are to be shown.
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

    /// Embeds what is to be included, drops the columns that are not asked for, and names the rest.
    fn apply(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: &mut [Object],
    ) -> QueryResult<()> {
        embed(connection, resource, rows, &self.include)?;
        if self.fields.is_some() {
            let included: Vec<&str> = self.include.names().collect();
            for row in rows.iter_mut() {
                row.retain(|name, _| self.shows(name) || included.contains(&name.as_str()));
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
        let mut wrong = Vec::new();
        for (name, value) in parameters::decode(query)? {
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

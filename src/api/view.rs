//! Views: which columns of a record are shown, and which records beside it.

use super::{
    error::WrongParameter,
    include::{Tree, embed},
    parameters,
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
        let mut rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        self.apply(connection, resource, &mut rows)?;
        Ok(rows
            .into_iter()
            .map(|row| Json::Object(row).to_string())
            .collect())
    }

    fn is_plain(&self) -> bool {
        self.fields.is_none() && self.include.is_empty()
    }

    /// Embeds what is to be included, and drops the columns that are not asked for.
    fn apply(
        &self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        rows: &mut [Object],
    ) -> QueryResult<()> {
        embed(connection, resource, rows, &self.include)?;
        let Some(fields) = &self.fields else {
            return Ok(());
        };
        let included: Vec<&str> = self.include.names().collect();
        for row in rows {
            row.retain(|name, _| {
                name == "id" || fields.contains(&name.as_str()) || included.contains(&name.as_str())
            });
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
            wrong.extend(done.err().map(|reason| WrongParameter::new(&name, reason)));
        }
        if wrong.is_empty() {
            Ok(view)
        } else {
            Err(wrong)
        }
    }
}

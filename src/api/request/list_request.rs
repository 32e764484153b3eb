//! What a request for a list asks for.

use crate::{
    api::{
        count_cache::CountsAtVersion,
        error::WrongParameter,
        request::{
            cursor::Cursor, dimensions::Dimension, parameters::DEFAULT_LIMIT, parser::Parser,
        },
        response::projection::View,
    },
    database::{
        AnyConnection,
        model::resource::{Column, Resource},
        search,
        sql::filter::{Filter, Order},
    },
};
use diesel::QueryResult;

/// What a request for a list asks for.
pub struct ListRequest {
    /// The rows that the filters let through.
    pub matching: Filter,
    /// Those of them that come after the cursor.
    pub condition: Filter,
    pub order: Order,
    /// The columns of the order, as they stand in the record.
    pub order_columns: Vec<&'static Column>,
    pub order_name: String,
    /// The name of the order that has the best match first.
    pub relevance_name: String,
    pub view: View,
    pub limit: i64,
    pub page: Option<i64>,
    pub cursor: Option<Cursor>,
    /// What is searched for.
    pub search: Option<search::Query>,
    /// What the texts that are filtered by tell of the words of a record.
    pub narrowings: Vec<search::Prefilter>,
    /// What to count the values of.
    pub facets: Vec<Dimension>,
    /// Whether the best match comes first.
    pub by_relevance: bool,
    /// Whether a CSV begins with a byte order mark.
    pub bom: bool,
    /// Whether a CSV is as Excel reads it.
    pub excel: bool,
    /// The language of Excel's settings.
    pub lang: Option<String>,
    /// Ids that must exist: the parameter, the resource, the ids.
    pub ids: Vec<(String, &'static str, Vec<String>)>,
    /// What is wrong with it, where the register is asked for ids before that is told.
    pub wrong: Vec<WrongParameter>,
}

impl ListRequest {
    /// Adds what only the register knows: which records the search finds, and among which those are that texts
    /// are filtered by.
    pub fn resolve(
        &mut self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        counts: CountsAtVersion<'_>,
    ) -> QueryResult<()> {
        if let Some(search) = self.search.take() {
            let knowledge = counts.knowledge(connection)?;
            let search = search.resolve(connection, &knowledge)?;
            self.matching
                .add_search(search.match_query(&[resource.name]));
            self.condition
                .add_search(search.match_query(&[resource.name]));
            self.search = Some(search);
        }
        if let Some(narrowed) = search::narrowed(connection, resource, &self.narrowings)? {
            self.matching.add_narrowed(&narrowed);
            self.condition.add_narrowed(&narrowed);
        }
        Ok(())
    }

    /// Reads the parameters; says everything that is wrong with them, unless `page::mistakes` has to be asked
    /// as well.
    pub fn parse(resource: &'static Resource, query: &str) -> Result<Self, Vec<WrongParameter>> {
        Self::parse_beside(Vec::new(), resource, query)
    }

    /// The same for a request of which something is known to be wrong already.
    pub fn parse_beside(
        mut wrong: Vec<WrongParameter>,
        resource: &'static Resource,
        query: &str,
    ) -> Result<Self, Vec<WrongParameter>> {
        let (mut asked, mut more) = Parser::new(resource).read(query);
        more.retain(|more| wrong.iter().all(|known| known.parameter != more.parameter));
        wrong.append(&mut more);
        if !wrong.is_empty() && asked.ids.is_empty() {
            return Err(wrong);
        }
        asked.wrong = wrong;
        Ok(asked)
    }

    /// All records, in no order yet.
    pub(crate) fn new() -> Self {
        Self {
            matching: Filter::default(),
            condition: Filter::default(),
            order: Order::default(),
            order_columns: Vec::new(),
            order_name: String::new(),
            relevance_name: String::new(),
            view: View::default(),
            limit: DEFAULT_LIMIT,
            page: None,
            cursor: None,
            bom: false,
            excel: false,
            lang: None,
            ids: Vec::new(),
            wrong: Vec::new(),
            search: None,
            narrowings: Vec::new(),
            facets: Vec::new(),
            by_relevance: false,
        }
    }
}

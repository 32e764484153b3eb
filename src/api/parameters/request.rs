//! Reads the parameters of a list.

use super::{
    DEFAULT_LIMIT, Filter, LIST_PARAMETERS, MAX_LIMIT, MAX_PAGE, MAX_VALUES, Operator, decode,
    fields, filters,
    filters::operators,
    unknown,
    values::{integer, relation_test, test, texts, truth},
};
use crate::{
    api::{
        cursor::{Cursor, order_name},
        dimensions::{self, Dimension},
        error::WrongParameter,
        include::Tree,
        memory::Counts,
        relevance,
        view::View,
    },
    database::{
        AnyConnection,
        condition::{Condition, Order, Test},
        resource::{Column, Resource},
        rules::{listed, nearest_hint},
        search,
    },
};

use diesel::QueryResult;
use std::cell::LazyCell;

/// What a request for a list asks for.
pub struct ListRequest {
    /// The rows that the filters let through.
    pub matching: Condition,
    /// Those of them that come after the cursor.
    pub condition: Condition,
    pub order: Order,
    /// The columns of the order, as they stand in the record.
    pub order_columns: Vec<&'static Column>,
    pub order_name: String,
    pub view: View,
    pub limit: i64,
    pub page: Option<i64>,
    pub cursor: Option<Cursor>,
    /// What is searched for.
    pub search: Option<search::Query>,
    /// What to count the values of.
    pub facets: Vec<Dimension>,
    /// Whether the best match comes first.
    pub by_relevance: bool,
    /// Whether a CSV begins with a byte order mark.
    pub bom: bool,
    /// Whether no cell of a CSV may pass for a formula.
    pub excel: bool,
    /// Ids that must exist: the parameter, the resource, the ids.
    pub ids: Vec<(String, &'static str, Vec<String>)>,
}

struct Parser {
    resource: &'static Resource,
    request: ListRequest,
    wrong: Vec<WrongParameter>,
}

impl ListRequest {
    /// Adds what only the register knows: which records the search finds.
    pub fn resolve(
        &mut self,
        connection: &mut AnyConnection,
        resource: &'static Resource,
        counts: Counts<'_>,
    ) -> QueryResult<()> {
        if let Some(search) = self.search.take() {
            let lexicon = counts.lexicon(connection)?;
            let search = search.resolve(connection, &lexicon)?;
            self.matching.add_search(resource.name, &search);
            self.condition.add_search(resource.name, &search);
            self.search = Some(search);
        }
        Ok(())
    }

    /// Reads the parameters; says everything that is wrong with them.
    pub fn parse(resource: &'static Resource, query: &str) -> Result<Self, Vec<WrongParameter>> {
        let given = decode(query)?;
        let filters = LazyCell::new(|| filters(resource)); // many to make up for nothing
        let mut parser = Parser::new(resource);
        for (name, value) in &given {
            if LIST_PARAMETERS.contains(&name.as_str()) {
                parser.list(name, value);
                continue;
            }
            match filters.iter().find(|filter| filter.name() == *name) {
                Some(filter) => parser.filter(*filter, name, value),
                None => {
                    let mut known: Vec<String> =
                        filters.iter().map(|filter| filter.name()).collect();
                    known.extend(LIST_PARAMETERS.map(str::to_owned));
                    parser.wrong.push(unknown_filter(resource, name, &known));
                }
            }
        }
        parser.finish()
    }
}

const OTHER_ORDER: &str = "belongs to another list or another `sort`; start again without it";

impl Parser {
    fn new(resource: &'static Resource) -> Self {
        Self {
            resource,
            wrong: Vec::new(),
            request: ListRequest {
                matching: Condition::default(),
                condition: Condition::default(),
                order: Order {
                    keys: Vec::new(),
                    backwards: false,
                },
                order_columns: Vec::new(),
                order_name: String::new(),
                view: View::default(),
                limit: DEFAULT_LIMIT,
                page: None,
                cursor: None,
                bom: false,
                excel: false,
                ids: Vec::new(),
                search: None,
                facets: Vec::new(),
                by_relevance: false,
            },
        }
    }

    fn refuse(&mut self, name: &str, reason: impl Into<String>) {
        self.wrong.push(WrongParameter::new(name, reason));
    }

    fn filter(&mut self, filter: Filter, name: &str, value: &str) {
        let test = match filter {
            Filter::Column(column, operator) => test(column, operator, value),
            Filter::Reference(..) => Ok(Test::OneOf(Vec::new())),
            Filter::Relation(relation) => relation_test(relation, value),
        };
        let test = match test {
            Ok(test) => test,
            Err(reason) => return self.refuse(name, reason),
        };
        let condition = &mut self.request.matching;
        match filter {
            Filter::Column(column, operator) => {
                condition.add(column.name, test);
                let is_own_id = (column.name == "id").then_some(self.resource.name);
                let by_id = matches!(operator, None | Some(Operator::Ne));
                if let (Some(resource), true) = (column.resource.or(is_own_id), by_id) {
                    self.expect_ids(name, resource, value);
                }
            }
            Filter::Reference(column, resource) => {
                let values = texts(value);
                let below = resource == "sections" && column.name != "parent_id";
                let test = if below {
                    Test::Within(values)
                } else {
                    Test::OneOf(values)
                };
                condition.add(column.name, test);
                self.expect_ids(name, resource, value);
            }
            Filter::Relation(relation) => {
                match relation.through {
                    Some(through) => condition.add_through(through, relation.column, test),
                    None => condition.add(relation.column, test),
                }
                if let Some(resource) = relation.resource {
                    self.expect_ids(name, resource, value);
                }
            }
        }
    }

    fn expect_ids(&mut self, name: &str, resource: &'static str, value: &str) {
        let ids: Vec<String> = value.split(',').map(str::to_owned).collect();
        if ids.len() > MAX_VALUES {
            return self.refuse(
                name,
                format!("has {} values; at most {MAX_VALUES} are read", ids.len()),
            );
        }
        self.request.ids.push((name.to_owned(), resource, ids));
    }

    fn list(&mut self, name: &str, value: &str) {
        let done = match name {
            "q" => self.search(value),
            "facets" => dimensions::parse(self.resource, value)
                .map(|dimensions| self.request.facets = dimensions),
            "limit" => self.limit(value),
            "page" => self.page(value),
            "cursor" => self.cursor(value),
            "sort" => self.sort(value),
            "labels" => truth(value).map(|labels| self.request.view.labels = labels),
            "bom" => truth(value).map(|bom| self.request.bom = bom),
            "excel" => truth(value).map(|excel| self.request.excel = excel),
            "fields" => {
                fields(self.resource, value).map(|fields| self.request.view.fields = Some(fields))
            }
            _ => Tree::parse(self.resource, value).map(|tree| self.request.view.include = tree),
        };
        if let Err(reason) = done {
            self.refuse(name, reason);
        }
    }

    fn search(&mut self, value: &str) -> Result<(), String> {
        if !search::is_searched(self.resource) {
            return Err(format!("{} cannot be searched", self.resource.name));
        }
        let query = search::Query::parse(value).map_err(|search::WrongQuery(reason)| reason)?;
        self.request.search = Some(query);
        Ok(())
    }

    fn limit(&mut self, value: &str) -> Result<(), String> {
        let limit = integer(value).filter(|limit| *limit >= 1);
        let limit = limit.ok_or_else(|| format!("`{value}` is no whole number from 1 up"))?;
        self.request.limit = limit.min(MAX_LIMIT);
        Ok(())
    }

    fn page(&mut self, value: &str) -> Result<(), String> {
        let page = integer(value).filter(|page| (1..=MAX_PAGE).contains(page));
        let page =
            page.ok_or_else(|| format!("`{value}` is no whole number from 1 to {MAX_PAGE}"))?;
        self.request.page = Some(page);
        Ok(())
    }

    fn cursor(&mut self, value: &str) -> Result<(), String> {
        let cursor = Cursor::decode(value);
        self.request.cursor =
            Some(cursor.ok_or("is no cursor; take it from `links.next` of an answer")?);
        Ok(())
    }

    fn sort(&mut self, value: &str) -> Result<(), String> {
        let sortable: Vec<&str> = self
            .resource
            .columns
            .iter()
            .filter(|column| column.sort_column.is_some())
            .map(|column| column.name)
            .collect();
        for part in value.split(',') {
            let (name, descending) = match part.strip_prefix('-') {
                Some(name) => (name, true),
                None => (part, false),
            };
            let column = self
                .resource
                .column(name)
                .filter(|column| column.sort_column.is_some());
            let Some(column) = column else {
                let hint = nearest_hint(name, &sortable);
                return Err(format!(
                    "cannot sort by `{name}`{hint}; there are {}",
                    listed(&sortable)
                ));
            };
            self.order_by(column, descending);
        }
        Ok(())
    }

    fn order_by(&mut self, column: &'static Column, descending: bool) {
        if self
            .request
            .order_columns
            .iter()
            .any(|other| other.name == column.name)
        {
            return;
        }
        self.request.order_columns.push(column);
        self.request.order.keys.extend(
            self.resource
                .sort_keys(&[(column.name, descending)])
                .into_iter()
                .take(1),
        );
    }

    fn finish(mut self) -> Result<ListRequest, Vec<WrongParameter>> {
        let is_sorted = !self.request.order_columns.is_empty();
        // What `sort` leaves open follows the document; the id decides at last.
        for name in self.resource.order.iter().chain(&["id"]) {
            if let Some(column) = self.resource.column(name) {
                self.order_by(column, false);
            }
        }
        let keys = &self.request.order.keys;
        let columns = self.request.order_columns.iter().zip(keys);
        let columns: Vec<_> = columns
            .map(|(column, key)| (column.name, key.descending))
            .collect();
        self.request.order_name = order_name(self.resource, &columns);
        self.request.condition = self.request.matching.clone();
        let cursor = self.request.cursor.as_ref();
        let in_document_order =
            cursor.is_some_and(|cursor| cursor.order == self.request.order_name);
        if self.request.search.is_some() && !is_sorted && !in_document_order {
            self.request.by_relevance = true;
            let is_other = |cursor: &Cursor| {
                cursor.order != relevance::order_name(self.resource) || !relevance::fits(cursor)
            };
            if cursor.is_some_and(is_other) {
                self.refuse("cursor", OTHER_ORDER);
            }
        } else {
            self.apply_cursor();
        }
        if self.wrong.is_empty() {
            Ok(self.request)
        } else {
            Err(self.wrong)
        }
    }

    fn apply_cursor(&mut self) {
        let request = &mut self.request;
        let Some(cursor) = &request.cursor else {
            return;
        };
        if request.page.is_some() {
            return self.refuse("page", "goes without `cursor`; give one of them");
        }
        let bounds = (cursor.order == request.order_name)
            .then(|| cursor.bounds(self.resource, &request.order_columns, &request.order.keys))
            .flatten();
        match bounds {
            Some(bounds) => {
                let backwards = cursor.backwards;
                request
                    .condition
                    .add_beyond(&request.order.keys, bounds, backwards);
                request.order.backwards = backwards;
            }
            None => self.refuse("cursor", OTHER_ORDER),
        }
    }
}

/// `year[gt]` of a column without that operator is told its operators.
fn unknown_filter(resource: &'static Resource, name: &str, known: &[String]) -> WrongParameter {
    let column = name
        .split_once('[')
        .and_then(|(column, _)| resource.columns.iter().find(|other| other.name == column));
    match column {
        Some(column) => {
            let names: Vec<&str> = operators(column)
                .iter()
                .map(|operator| operator.name())
                .collect();
            let reason = format!(
                "is no parameter; the operators of `{}` are {}",
                column.name,
                listed(&names)
            );
            WrongParameter::new(name, reason)
        }
        None if nearest_hint(name, known).is_empty() => {
            let short: Vec<&String> = known.iter().filter(|name| !name.contains('[')).collect();
            unknown(name, &short)
        }
        None => {
            let operator = name.split_once('[').map(|(_, operator)| operator);
            let alike = |known: &&String| known.split_once('[').map(|(_, other)| other) == operator;
            let alike: Vec<&String> = known.iter().filter(alike).collect();
            unknown(name, &alike)
        }
    }
}

//! Reads the parameters of a list, one by one, and says everything that is wrong with them.

use crate::{
    api::{
        error::{Code, MOST_WRONG, Wrong, WrongParameter},
        request::{
            cursor::{self, Cursor},
            dimensions,
            filters::{FilterKind, Operator, filters, unknown_filter},
            list_request::ListRequest,
            parameters::{
                LIST_PARAMETERS, MAX_INTEGER, MAX_LIMIT, MAX_PAGE, MAX_VALUES, fields, given,
            },
            values::{
                implied, language, narrowing, once, relation_test, seen_by_nobody, tested, tests,
                texts, too_many, truth, whole,
            },
        },
        response::embed::Tree,
    },
    database::{model::resource::Resource, search, sql::filter::Predicate},
    language::{plain, visible},
};

use std::{borrow::Cow, cell::LazyCell};

/// What was read so far, and what was wrong with it.
pub struct Parser {
    pub(crate) resource: &'static Resource,
    pub(crate) request: ListRequest,
    pub(crate) wrong: Vec<WrongParameter>,
}

/// The value of a filter without what nobody sees and nobody meant to type. A text that is asked for as it stands
/// may have it, but no number has.
fn asked(filter: FilterKind, value: &str) -> Cow<'_, str> {
    match filter {
        FilterKind::Column(column, _) if column.name == "number" => plain(value),
        FilterKind::Column(column, None | Some(Operator::Ne)) if column.is_free_text() => {
            value.into()
        }
        _ => visible(value),
    }
}

impl Parser {
    pub fn new(resource: &'static Resource) -> Self {
        Self {
            resource,
            wrong: Vec::new(),
            request: ListRequest::new(),
        }
    }

    pub fn read(mut self, query: &str) -> (ListRequest, Vec<WrongParameter>) {
        let resource = self.resource;
        let (given, unread) = given(query);
        self.wrong = unread;
        // many to make up for nothing
        let filters: LazyCell<Vec<(String, FilterKind)>, _> = LazyCell::new(|| {
            let filters = filters(resource).into_iter();
            filters.map(|filter| (filter.name(), filter)).collect()
        });
        for (name, value) in &given {
            if LIST_PARAMETERS.contains(&name.as_str()) {
                self.list(name, value);
                continue;
            }
            match filters.iter().find(|(known, _)| known == name) {
                Some((_, filter)) => self.filter(*filter, name, &asked(*filter, value)),
                // it is only counted, and looking for what was meant takes long
                None if self.wrong.len() >= MOST_WRONG => {
                    self.refuse(name, Wrong::new(Code::UnknownParameter, "is no parameter"));
                }
                None => {
                    let mut known: Vec<String> =
                        filters.iter().map(|(name, _)| name.clone()).collect();
                    known.extend(LIST_PARAMETERS.map(str::to_owned));
                    self.wrong.push(unknown_filter(name, value, &known));
                }
            }
        }
        self.finish()
    }

    pub(crate) fn refuse(&mut self, name: &str, wrong: Wrong) {
        self.wrong.push(WrongParameter::new(name, wrong));
    }

    fn filter(&mut self, filter: FilterKind, name: &str, value: &str) {
        let is_whole_text =
            matches!(filter, FilterKind::Column(column, None) if column.is_free_text());
        if value.is_empty() && !is_whole_text {
            return self.refuse(name, seen_by_nobody());
        }
        let tests = match filter {
            FilterKind::Column(column, operator) => tests(column, operator, value),
            FilterKind::Reference(..) => Ok(Vec::new()),
            FilterKind::Relation(relation) => relation_test(relation, value).map(|test| vec![test]),
        };
        let tests = match tests {
            Ok(tests) => tests,
            Err(wrong) => return self.refuse(name, wrong),
        };
        let condition = &mut self.request.matching;
        match filter {
            FilterKind::Column(column, operator) => {
                for test in tests {
                    for (name, test) in implied(self.resource, column, operator, &test) {
                        condition.add_redundant(name, test);
                    }
                    let name = tested(column, &test);
                    condition.add(name, once(self.resource, column, test));
                }
                let narrowing = narrowing(self.resource, column, operator, value);
                self.request.narrowings.extend(narrowing);
                let is_own_id = (column.name == "id").then_some(self.resource.name);
                let by_id = matches!(operator, None | Some(Operator::Ne));
                if let (Some(resource), true) = (column.resource.or(is_own_id), by_id) {
                    self.expect_ids(name, resource, value);
                }
            }
            FilterKind::Reference(column, resource) => {
                let values = texts(value);
                let test = if filter.is_within() {
                    Predicate::Subtree(values)
                } else {
                    Predicate::OneOf(values)
                };
                condition.add(column.name, test);
                self.expect_ids(name, resource, value);
            }
            FilterKind::Relation(relation) => {
                for test in tests {
                    match relation.through {
                        Some(through) => condition.add_joined(through, relation.column, test),
                        None => condition.add(relation.column, test),
                    }
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
            return self.refuse(name, too_many(ids.len()));
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
            "lang" => language(value).map(|lang| self.request.lang = Some(lang)),
            "fields" => {
                fields(self.resource, value).map(|fields| self.request.view.fields = Some(fields))
            }
            _ => Tree::parse(self.resource, value).map(|tree| self.request.view.include = tree),
        };
        if let Err(wrong) = done {
            self.refuse(name, wrong);
        }
    }

    fn search(&mut self, value: &str) -> Result<(), Wrong> {
        if !search::is_searched(self.resource) {
            let reason = format!("{} cannot be searched", self.resource.name);
            return Err(Wrong::new(Code::NotTaken, reason));
        }
        let query = search::Query::parse(value)?;
        self.request.search = Some(query);
        self.request.relevance_name = cursor::relevance_order_name(self.resource, value);
        Ok(())
    }

    fn limit(&mut self, value: &str) -> Result<(), Wrong> {
        self.request.limit = whole(value, 1..=MAX_INTEGER)?.min(MAX_LIMIT);
        Ok(())
    }

    fn page(&mut self, value: &str) -> Result<(), Wrong> {
        self.request.page = Some(whole(value, 1..=MAX_PAGE)?);
        Ok(())
    }

    fn cursor(&mut self, value: &str) -> Result<(), Wrong> {
        let reason = "is no cursor; take it from `links.next` of an answer";
        let cursor = Cursor::decode(value).ok_or_else(|| Wrong::new(Code::Malformed, reason));
        self.request.cursor = Some(cursor?);
        Ok(())
    }
}

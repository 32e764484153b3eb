//! The parameters of a list: what each resource takes, and what a request asks for.

use super::{cursor::Cursor, cursor::order_name, error::WrongParameter, include::Tree};
use crate::database::{
    condition::{Comparison, Condition, Order, Test, Value},
    resource::{Column, Kind, Relation, Resource, include_name},
    rules::{is_country, listed, nearest_hint},
};
use chrono::{DateTime, NaiveDate};
use percent_encoding::percent_decode_str;

pub const DEFAULT_LIMIT: i64 = 50;
pub const MAX_LIMIT: i64 = 500;
pub const MAX_PAGE: i64 = 1_000_000;
/// The most values of one filter.
pub const MAX_VALUES: usize = 200;
/// The longest text of a filter, in characters.
pub const MAX_TEXT: usize = 300;
/// The largest integer that every JSON reader keeps exact.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// An operator in `column[operator]=value`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    Gte,
    Lte,
    Gt,
    Lt,
    Ne,
    Contains,
    Prefix,
    Missing,
}

impl Operator {
    pub fn name(self) -> &'static str {
        match self {
            Self::Gte => "gte",
            Self::Lte => "lte",
            Self::Gt => "gt",
            Self::Lt => "lt",
            Self::Ne => "ne",
            Self::Contains => "contains",
            Self::Prefix => "prefix",
            Self::Missing => "missing",
        }
    }
}

/// The operators that make sense for a column.
pub fn operators(column: &Column) -> Vec<Operator> {
    let mut operators = match column.kind {
        Kind::Id | Kind::Text => vec![Operator::Ne, Operator::Contains, Operator::Prefix],
        Kind::Words(_) | Kind::Country => vec![Operator::Ne],
        Kind::Integer | Kind::Date | Kind::Moment => vec![
            Operator::Ne,
            Operator::Gte,
            Operator::Lte,
            Operator::Gt,
            Operator::Lt,
        ],
        Kind::List => vec![Operator::Contains],
    };
    if column.nullable {
        operators.push(Operator::Missing);
    }
    operators
}

/// A filter that a resource takes.
#[derive(Clone, Copy)]
pub enum Filter {
    Column(&'static Column, Option<Operator>),
    /// The id of a record that a column refers to, by the name without `_id`.
    Reference(&'static Column, &'static str),
    Relation(&'static Relation),
}

impl Filter {
    pub fn name(self) -> String {
        match self {
            Self::Column(column, None) => column.name.to_owned(),
            Self::Column(column, Some(operator)) => format!("{}[{}]", column.name, operator.name()),
            Self::Reference(column, _) => include_name(column.name).to_owned(),
            Self::Relation(relation) => relation.name.to_owned(),
        }
    }
}

/// Every filter that a resource takes.
pub fn filters(resource: &'static Resource) -> Vec<Filter> {
    let mut filters: Vec<Filter> = resource.relations.iter().map(Filter::Relation).collect();
    for column in resource.columns.iter() {
        let name = include_name(column.name);
        if let (Some(target), true) = (column.resource, name != column.name) {
            filters.push(Filter::Reference(column, target));
        }
    }
    for column in resource.columns.iter() {
        if column.kind != Kind::List {
            filters.push(Filter::Column(column, None));
        }
        let with_operator = |operator| Filter::Column(column, Some(operator));
        filters.extend(operators(column).into_iter().map(with_operator));
    }
    filters
}

/// The parameters that every list takes beside its filters.
pub const LIST_PARAMETERS: [&str; 6] = ["limit", "cursor", "page", "sort", "fields", "include"];

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
    /// Ids that must exist: the parameter, the resource, the ids.
    pub ids: Vec<(String, &'static str, Vec<String>)>,
}

/// Which columns of a record, and which records beside it.
#[derive(Default)]
pub struct View {
    pub fields: Option<Vec<&'static str>>,
    pub include: Tree,
}

/// The parameters of a request, decoded.
pub fn decode(query: &str) -> Result<Vec<(String, String)>, Vec<WrongParameter>> {
    let mut given: Vec<(String, String)> = Vec::new();
    let mut wrong = Vec::new();
    if percent_decode_str(query).decode_utf8().is_err() {
        return Err(vec![WrongParameter::new("", "The parameters are not UTF-8.")]);
    }
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let reason = if name.contains('\0') || value.contains('\0') {
            "contains the character NUL, which no text here does"
        } else if given.iter().any(|(other, _)| *other == name) {
            "is given twice; give several values as a list: `a,b`"
        } else if value.is_empty() {
            "has no value"
        } else {
            given.push((name.into_owned(), value.into_owned()));
            continue;
        };
        wrong.push(WrongParameter::new(&name, reason));
    }
    if wrong.is_empty() { Ok(given) } else { Err(wrong) }
}

/// Refuses a parameter that is not known.
pub fn unknown<T: AsRef<str>>(name: &str, known: &[T]) -> WrongParameter {
    let hint = nearest_hint(name, known);
    let known = match (hint.is_empty(), known.is_empty()) {
        (true, true) => "; none is taken here".to_owned(),
        (true, false) => format!("; there are {}", listed(known)),
        (false, _) => hint,
    };
    WrongParameter::new(name, format!("is no parameter{known}"))
}

struct Parser {
    resource: &'static Resource,
    request: ListRequest,
    wrong: Vec<WrongParameter>,
}

impl ListRequest {
    /// Reads the parameters; says everything that is wrong with them.
    pub fn parse(resource: &'static Resource, query: &str) -> Result<Self, Vec<WrongParameter>> {
        let given = decode(query)?;
        let filters = filters(resource);
        let mut parser = Parser::new(resource);
        for (name, value) in &given {
            match filters.iter().find(|filter| filter.name() == *name) {
                Some(filter) => parser.filter(*filter, name, value),
                None if LIST_PARAMETERS.contains(&name.as_str()) => parser.list(name, value),
                None => {
                    let mut known: Vec<String> = filters.iter().map(|filter| filter.name()).collect();
                    known.extend(LIST_PARAMETERS.map(str::to_owned));
                    parser.wrong.push(unknown_filter(resource, name, &known));
                }
            }
        }
        parser.finish()
    }
}

/// `year[gt]` of a column without that operator is told its operators.
fn unknown_filter(resource: &'static Resource, name: &str, known: &[String]) -> WrongParameter {
    let column = name
        .split_once('[')
        .and_then(|(column, _)| resource.columns.iter().find(|other| other.name == column));
    match column {
        Some(column) => {
            let names: Vec<&str> = operators(column).iter().map(|operator| operator.name()).collect();
            let reason = format!("is no parameter; the operators of `{}` are {}", column.name, listed(&names));
            WrongParameter::new(name, reason)
        }
        None if nearest_hint(name, known).is_empty() => {
            let short: Vec<&String> = known.iter().filter(|name| !name.contains('[')).collect();
            unknown(name, &short)
        }
        None => unknown(name, known),
    }
}

impl Parser {
    fn new(resource: &'static Resource) -> Self {
        Self {
            resource,
            wrong: Vec::new(),
            request: ListRequest {
                matching: Condition::default(),
                condition: Condition::default(),
                order: Order { keys: Vec::new(), backwards: false },
                order_columns: Vec::new(),
                order_name: String::new(),
                view: View::default(),
                limit: DEFAULT_LIMIT,
                page: None,
                cursor: None,
                ids: Vec::new(),
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
                let test = if below { Test::Within(values) } else { Test::OneOf(values) };
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
            return self.refuse(name, format!("has {} values; at most {MAX_VALUES} are read", ids.len()));
        }
        self.request.ids.push((name.to_owned(), resource, ids));
    }

    fn list(&mut self, name: &str, value: &str) {
        let done = match name {
            "limit" => self.limit(value),
            "page" => self.page(value),
            "cursor" => self.cursor(value),
            "sort" => self.sort(value),
            "fields" => fields(self.resource, value).map(|fields| self.request.view.fields = Some(fields)),
            _ => Tree::parse(self.resource, value).map(|tree| self.request.view.include = tree),
        };
        if let Err(reason) = done {
            self.refuse(name, reason);
        }
    }

    fn limit(&mut self, value: &str) -> Result<(), String> {
        let limit = integer(value).filter(|limit| *limit >= 1);
        let limit = limit.ok_or_else(|| format!("`{value}` is no whole number from 1 up"))?;
        self.request.limit = limit.min(MAX_LIMIT);
        Ok(())
    }

    fn page(&mut self, value: &str) -> Result<(), String> {
        let page = integer(value).filter(|page| (1..=MAX_PAGE).contains(page));
        let page = page.ok_or_else(|| format!("`{value}` is no whole number from 1 to {MAX_PAGE}"))?;
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
            let column = self.resource.column(name).filter(|column| column.sort_column.is_some());
            let Some(column) = column else {
                let hint = nearest_hint(name, &sortable);
                return Err(format!("cannot sort by `{name}`{hint}; there are {}", listed(&sortable)));
            };
            self.order_by(column, descending);
        }
        Ok(())
    }

    fn order_by(&mut self, column: &'static Column, descending: bool) {
        if self.request.order_columns.iter().any(|other| other.name == column.name) {
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
        if self.request.order_columns.is_empty() {
            for name in self.resource.order {
                if let Some(column) = self.resource.column(name) {
                    self.order_by(column, false);
                }
            }
        }
        if let Some(id) = self.resource.column("id") {
            self.order_by(id, false);
        }
        let keys = &self.request.order.keys;
        let columns = self.request.order_columns.iter().zip(keys);
        let columns: Vec<_> = columns.map(|(column, key)| (column.name, key.descending)).collect();
        self.request.order_name = order_name(self.resource, &columns);
        self.request.condition = self.request.matching.clone();
        self.apply_cursor();
        if self.wrong.is_empty() { Ok(self.request) } else { Err(self.wrong) }
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
                request.condition.add_beyond(&request.order.keys, bounds, backwards);
                request.order.backwards = backwards;
            }
            None => self.refuse("cursor", "belongs to another list or another `sort`; start again without it"),
        }
    }
}

/// Reads `fields=`.
pub fn fields(resource: &'static Resource, value: &str) -> Result<Vec<&'static str>, String> {
    let names: Vec<&str> = resource.columns.iter().map(|column| column.name).collect();
    let field = |name: &str| match resource.column(name) {
        Some(column) => Ok(column.name),
        None => {
            let hint = nearest_hint(name, &names);
            Err(format!("there is no field `{name}`{hint}; there are {}", listed(&names)))
        }
    };
    value.split(',').map(field).collect()
}

/// A whole number as JSON writes it: `1.0` is one too.
fn integer(text: &str) -> Option<i64> {
    let whole = text.strip_suffix(".0").unwrap_or(text);
    let number = whole.parse::<i64>().ok()?;
    (-MAX_INTEGER..=MAX_INTEGER).contains(&number).then_some(number)
}

fn texts(value: &str) -> Vec<Value> {
    value.split(',').map(|text| Value::Text(text.to_owned())).collect()
}

fn relation_test(relation: &Relation, value: &str) -> Result<Test, String> {
    for word in value.split(',') {
        if !relation.words.is_empty() && !relation.words.contains(&word) {
            let hint = nearest_hint(word, relation.words);
            return Err(format!("`{word}` is none of {}{hint}", listed(relation.words)));
        }
        if relation.resource.is_none() && relation.words.is_empty() && !is_country(word) {
            return Err(no_country(word));
        }
    }
    let values = texts(value);
    Ok(if relation.within { Test::Within(values) } else { Test::OneOf(values) })
}

fn no_country(value: &str) -> String {
    format!("`{value}` is no country code like `AZ` (ISO 3166-1 alpha-2)")
}

fn test(column: &Column, operator: Option<Operator>, value: &str) -> Result<Test, String> {
    let one = || single(column, value);
    let is_text = column.kind == Kind::Text
        || matches!(operator, Some(Operator::Contains | Operator::Prefix));
    if is_text && value.chars().count() > MAX_TEXT {
        return Err(format!("has more than {MAX_TEXT} characters"));
    }
    Ok(match operator {
        None => Test::OneOf(several(column, value)?),
        Some(Operator::Ne) => Test::NoneOf(several(column, value)?),
        Some(Operator::Gte) => Test::Compare(Comparison::AtLeast, one()?),
        Some(Operator::Lte) => Test::Compare(Comparison::AtMost, one()?),
        Some(Operator::Gt) => Test::Compare(Comparison::Greater, one()?),
        Some(Operator::Lt) => Test::Compare(Comparison::Less, one()?),
        Some(Operator::Contains) => Test::contains(value),
        Some(Operator::Prefix) => Test::prefix(value),
        Some(Operator::Missing) => match value {
            "true" => Test::Missing(true),
            "false" => Test::Missing(false),
            _ => return Err(format!("`{value}` is neither `true` nor `false`")),
        },
    })
}

/// One of several values, separated by commas; a text is one value, as it may hold commas.
fn several(column: &Column, value: &str) -> Result<Vec<Value>, String> {
    if column.kind == Kind::Text {
        return Ok(vec![Value::Text(value.to_owned())]);
    }
    let values: Vec<&str> = value.split(',').collect();
    if values.len() > MAX_VALUES {
        return Err(format!("has {} values; at most {MAX_VALUES} are read", values.len()));
    }
    values.into_iter().map(|value| single(column, value)).collect()
}

fn single(column: &Column, value: &str) -> Result<Value, String> {
    match &column.kind {
        Kind::Words(words) if !words.iter().any(|word| word == value) => {
            let hint = nearest_hint(value, words);
            Err(format!("`{value}` is none of {}{hint}", listed(words)))
        }
        Kind::Country if !is_country(value) => Err(no_country(value)),
        Kind::Id | Kind::Text | Kind::Country | Kind::Words(_) | Kind::List => {
            Ok(Value::Text(value.to_owned()))
        }
        Kind::Integer => integer(value)
            .map(Value::Integer)
            .ok_or_else(|| format!("`{value}` is no whole number")),
        Kind::Date => date(value)
            .map(Value::Date)
            .ok_or_else(|| format!("`{value}` is no date like 2020-02-27")),
        Kind::Moment => DateTime::parse_from_rfc3339(value)
            .map(|moment| moment.naive_utc())
            .ok()
            .or_else(|| date(value)?.and_hms_opt(0, 0, 0))
            .map(Value::Moment)
            .ok_or_else(|| format!("`{value}` is no moment like 2026-11-21T08:00:00Z, nor a date")),
    }
}

fn date(value: &str) -> Option<NaiveDate> {
    NaiveDate::parse_from_str(value, "%Y-%m-%d").ok().filter(|_| value.len() == 10)
}

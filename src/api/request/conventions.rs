//! Conventions of other services: parameters such as `plan[]`, `page[size]` or `title__icontains`, and what is
//! written here instead.

use crate::{
    api::{
        error::{Code, Wrong, WrongParameter},
        request::parameters::SHOWN,
    },
    database::model::validation::{listed, nearest},
};

/// What to write instead of a parameter.
pub struct Instead {
    told: String,
    /// The one parameter that does what is asked; `None` where there is none, or it takes two.
    parameter: Option<String>,
}

impl Instead {
    /// Refuses the parameter of another service.
    pub fn of(self, name: &str) -> WrongParameter {
        let reason = format!("is no parameter; {}", self.told);
        let wrong = Wrong::new(Code::UnknownParameter, reason);
        WrongParameter::new(name, wrong.suggesting(self.parameter))
    }

    fn told(told: String) -> Self {
        Self {
            told,
            parameter: None,
        }
    }
}

/// What to write instead of a parameter; `None` where it is written as no service writes it.
pub fn instead<T: AsRef<str>>(name: &str, value: &str, known: &[T]) -> Option<Instead> {
    let known: Vec<&str> = known.iter().map(AsRef::as_ref).collect();
    let parts = Parts::of(name, &known)?;
    let shown = if value.chars().count() > SHOWN {
        "…"
    } else {
        value
    };
    parts.of_pages(shown, &known).or_else(|| {
        let base = parts.base(&known)?;
        let of_list = parts.of_list(base, shown, &known);
        Some(of_list.unwrap_or_else(|| parts.of_filter(base, shown, &known)))
    })
}

/// A name taken apart: `filter[year][gte]` is `filter`, `year`, `gte`.
struct Parts {
    first: String,
    rest: Vec<String>,
}

/// What stands around a filter elsewhere.
const WRAPPERS: [&str; 4] = ["filter", "filters", "where", "query"];

/// Other names of what lists take, as they are written without signs between words.
const NAMES: [(&str, &str); 18] = [
    ("perpage", "limit"),
    ("pagesize", "limit"),
    ("size", "limit"),
    ("top", "limit"),
    ("rows", "limit"),
    ("pagenumber", "page"),
    ("order", "sort"),
    ("orderby", "sort"),
    ("ordering", "sort"),
    ("sortby", "sort"),
    ("search", "q"),
    ("query", "q"),
    ("select", "fields"),
    ("columns", "fields"),
    ("expand", "include"),
    ("embed", "include"),
    ("groupby", "group_by"),
    ("facet", "facets"),
];

impl Parts {
    fn of(name: &str, known: &[&str]) -> Option<Self> {
        let name = name.trim_start_matches('$');
        let signs = |sign: char| "<>!=~^".contains(sign);
        let (first, rest) = if let Some((first, rest)) = name.split_once('[') {
            let rest = rest.split('[').map(|part| part.trim_end_matches(']'));
            (first, rest.collect())
        } else if name.ends_with(signs) {
            let first = name.trim_end_matches(signs);
            let sign = &name[first.len()..];
            // `year>=2016` is the parameter `year>` with the value 2016
            let sign = match sign {
                ">" => "gte",
                "<" => "lte",
                sign => sign,
            };
            (first, vec![sign])
        } else if let Some((first, rest)) = name.split_once("__") {
            (first, rest.split("__").collect())
        } else if let Some((first, rest)) = name.split_once(['.', ':']) {
            (first, rest.split(['.', ':']).collect())
        } else if let Some((first, operator)) = ending(name, known) {
            (first, vec![operator])
        } else {
            let plain = plain(name);
            NAMES.iter().find(|(other, _)| *other == plain)?;
            (name, Vec::new())
        };
        let mut rest: Vec<String> = rest.into_iter().map(str::to_owned).collect();
        let is_wrapper = WRAPPERS.contains(&first) && !rest.is_empty();
        let first = if is_wrapper {
            rest.remove(0)
        } else {
            first.to_owned()
        };
        Some(Self { first, rest })
    }

    /// `page[size]` is `limit`.
    fn of_pages(&self, value: &str, known: &[&str]) -> Option<Instead> {
        if self.first != "page" {
            return None;
        }
        let name = match plain(self.rest.first()?).as_str() {
            "size" | "limit" | "count" | "perpage" => "limit",
            "number" | "page" | "" | "no" | "offset" => "page",
            "cursor" | "after" | "before" => "cursor",
            _ => return None,
        };
        let value = if self.rest.first()? == "offset" {
            "…"
        } else {
            value
        };
        known.contains(&name).then(|| write(name, value))
    }

    /// The known name that is meant by the first part, without an operator.
    fn base<'k>(&self, known: &[&'k str]) -> Option<&'k str> {
        let names: Vec<&str> = known
            .iter()
            .copied()
            .filter(|name| !name.contains('['))
            .collect();
        let exact = |wanted: &str| names.iter().copied().find(|name| *name == wanted);
        let other = plain(&self.first);
        let other = NAMES.iter().find(|(name, _)| *name == other);
        exact(&self.first)
            .or_else(|| exact(other?.1))
            .or_else(|| nearest(&self.first, &names).and_then(exact))
    }

    /// `sort[]`, `fields[measures]`, `order[title]=desc`: what lists take beside filters.
    fn of_list(&self, base: &str, value: &str, known: &[&str]) -> Option<Instead> {
        let is_filter =
            !crate::api::request::parameters::LIST_PARAMETERS.contains(&base) && base != "group_by";
        if is_filter {
            return None;
        }
        let of_column = self
            .rest
            .first()
            .filter(|part| known.contains(&part.as_str()));
        Some(match (base, of_column, value) {
            ("sort", Some(column), "desc" | "DESC" | "-1") => write("sort", &format!("-{column}")),
            ("sort", Some(column), _) => write("sort", column),
            _ => write(base, value),
        })
    }

    fn of_filter(&self, base: &str, value: &str, known: &[&str]) -> Instead {
        let operator = self.rest.last().map_or("", String::as_str);
        let own = operators(base, known);
        let with = |name: &str| {
            let found = own.iter().find(|(own, _)| *own == name);
            found.map(|(_, parameter)| *parameter)
        };
        let written = match Meaning::of(operator) {
            Some(Meaning::Is) => Some(write(base, value)),
            Some(Meaning::Range) => with("gte").zip(with("lte")).map(|(from, to)| {
                let ends = value.split_once(',').or_else(|| value.split_once(".."));
                let (first, last) = ends.unwrap_or((value, "…"));
                Instead::told(format!("write `{from}={first}&{to}={last}`"))
            }),
            Some(Meaning::Operator(name)) => {
                with(name).map(|parameter| write(parameter, &for_operator(name, operator, value)))
            }
            None => {
                let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
                let meant = nearest(operator, &names).and_then(with);
                meant.map(|parameter| write(parameter, value))
            }
        };
        written.unwrap_or_else(|| match Meaning::of(operator) {
            // the filter without the operator would ask something else, or the opposite
            Some(Meaning::Operator(name)) if own.is_empty() && !is_near(name) => Instead::told(
                format!("`{base}` takes no operator: it can be asked for by its values alone"),
            ),
            _ => operators_told(base, &own, value),
        })
    }
}

/// Whether what is equal is among what such an operator asks for.
fn is_near(operator: &str) -> bool {
    matches!(operator, "contains" | "prefix")
}

/// What there is instead of an operator that a filter does not have.
fn operators_told(base: &str, own: &[(&str, &str)], value: &str) -> Instead {
    let column = own
        .first()
        .and_then(|(_, parameter)| parameter.split('[').next());
    match column {
        Some(column) => {
            let names: Vec<&str> = own.iter().map(|(name, _)| *name).collect();
            Instead::told(format!(
                "the operators of `{column}` are {}",
                listed(&names)
            ))
        }
        None => {
            let written = write(base, value);
            let told = format!("`{base}` takes no operator; {}", written.told);
            Instead { told, ..written }
        }
    }
}

/// Says what to write, as in "write `plan=x`".
fn write(name: &str, value: &str) -> Instead {
    Instead {
        told: format!("write `{name}={value}`"),
        parameter: Some(name.to_owned()),
    }
}

/// The value as the operator takes it.
fn for_operator(name: &str, given: &str, value: &str) -> String {
    match name {
        "contains" | "prefix" => value.trim_matches(['%', '*']).to_owned(),
        "missing" => {
            let is_inverse = matches!(plain(given).as_str(), "exists" | "present" | "notnull");
            let asked = !matches!(value, "false" | "0" | "no");
            (asked != is_inverse).to_string()
        }
        _ => value.to_owned(),
    }
}

/// The operators of a filter with their parameters: those of `plan_id` are for `plan` too.
fn operators<'k>(base: &str, known: &[&'k str]) -> Vec<(&'k str, &'k str)> {
    let of = |column: &str| {
        let each = known.iter().filter_map(|name| {
            let (other, operator) = name.split_once('[')?;
            (other == column).then(|| (operator.trim_end_matches(']'), *name))
        });
        each.collect::<Vec<_>>()
    };
    let own = of(base);
    if own.is_empty() {
        of(&format!("{base}_id"))
    } else {
        own
    }
}

/// `year_gte` is `year` and `gte`, where `year` is known.
fn ending<'n>(name: &'n str, known: &[&str]) -> Option<(&'n str, &'n str)> {
    let places = name.match_indices('_').map(|(place, _)| place);
    let mut parts = places.map(|place| (&name[..place], &name[place + 1..]));
    parts.find(|(first, operator)| known.contains(first) && Meaning::of(operator).is_some())
}

/// The word in small letters, without signs between its parts.
fn plain(word: &str) -> String {
    let letters = word.chars().filter(|letter| !"_- ".contains(*letter));
    letters.collect::<String>().to_ascii_lowercase()
}

/// What an operator of another service means.
enum Meaning {
    Is,
    Operator(&'static str),
    Range,
}

impl Meaning {
    fn of(operator: &str) -> Option<Self> {
        let word = plain(operator);
        if word.bytes().all(|digit| digit.is_ascii_digit()) {
            return Some(Self::Is); // `plan[]` and `plan[0]`, too
        }
        Some(match word.as_str() {
            "eq" | "equal" | "equals" | "is" | "in" | "any" | "anyof" | "oneof" | "exact"
            | "iexact" | "id" | "value" | "values" | "=" | "==" => Self::Is,
            "ne" | "not" | "neq" | "noteq" | "notequal" | "notequals" | "nin" | "notin"
            | "isnot" | "exclude" | "without" | "!" | "!=" | "<>" => Self::Operator("ne"),
            "gt" | "greater" | "greaterthan" | "after" => Self::Operator("gt"),
            "gte" | "ge" | "min" | "from" | "since" | "atleast" | ">=" => Self::Operator("gte"),
            "lt" | "less" | "lessthan" | "before" => Self::Operator("lt"),
            "lte" | "le" | "max" | "to" | "until" | "till" | "atmost" | "<=" => {
                Self::Operator("lte")
            }
            "contains" | "icontains" | "contain" | "like" | "ilike" | "match" | "matches"
            | "search" | "has" | "includes" | "substring" | "regex" | "~" => {
                Self::Operator("contains")
            }
            "prefix" | "startswith" | "istartswith" | "beginswith" | "starts" | "begins" | "^" => {
                Self::Operator("prefix")
            }
            "missing" | "isnull" | "null" | "empty" | "isempty" | "blank" | "exists"
            | "present" | "notnull" => Self::Operator("missing"),
            "between" | "range" => Self::Range,
            _ => return None,
        })
    }
}

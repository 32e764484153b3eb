//! `/v1/changes`: what happened to the records, in order.

use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        error::{Code, Wrong, WrongParameter},
        request::{
            cursor::Cursor,
            parameters::{self, DEFAULT_LIMIT, MAX_INTEGER, MAX_LIMIT},
            values::{self},
        },
        response::{
            budget::{self, Refused},
            envelope::{self, ListLinks, ListMeta},
            headers, url,
        },
        state::State,
    },
    database::{
        RESOURCES,
        model::enums::Action,
        write::{
            revisions::{self, ChangeFilter},
            writer::DESCRIPTOR,
        },
    },
};

use actix_web::{HttpRequest, HttpResponse, web};

/// Which changes a request asks for.
pub struct ChangesRequest {
    pub filter: ChangeFilter,
    pub limit: i64,
    pub parameters: Vec<(String, String)>,
}

/// The order of a feed, as cursors name it.
const NEWEST_FIRST: &str = "changes:-number";

/// The actions, as words.
pub const ACTIONS: [Action; 3] = [Action::Created, Action::Corrected, Action::Withdrawn];

/// Lists changes.
pub async fn list(request: HttpRequest, state: web::Data<State>) -> Result<HttpResponse> {
    let asked = parse(
        request.query_string(),
        &["since", "limit", "resource", "action"],
    )?;
    answer(&request, &state, asked).await
}

/// Reads the parameters; only those that are known.
pub fn parse(query: &str, known: &[&str]) -> Result<ChangesRequest> {
    let (parameters, mut wrong) = parameters::given(query);
    let mut asked = ChangesRequest {
        filter: ChangeFilter::default(),
        limit: DEFAULT_LIMIT,
        parameters: Vec::new(),
    };
    for (name, value) in &parameters {
        if !known.contains(&name.as_str()) {
            wrong.push(parameters::unknown(name, known));
        } else if let Err(why) = asked.set(name, value) {
            wrong.push(WrongParameter::new(name, why));
        }
    }
    asked.parameters = parameters;
    if wrong.is_empty() {
        Ok(asked)
    } else {
        Err(Error::BadParameter(wrong))
    }
}

impl ChangesRequest {
    fn set(&mut self, name: &str, value: &str) -> Result<(), Wrong> {
        match name {
            "since" => self.filter.since = values::whole(value, 0..=MAX_INTEGER)?,
            "limit" => self.limit = values::whole(value, 1..=MAX_INTEGER)?.min(MAX_LIMIT),
            "cursor" => {
                let reason = "is no cursor of a feed of changes";
                let before = before(value).ok_or_else(|| Wrong::new(Code::Malformed, reason));
                self.filter.before = Some(before?);
            }
            "resource" => {
                let known = resource_names();
                if !known.contains(&value) {
                    return Err(Wrong::word(value, &known));
                }
                self.filter.resource = Some(value.to_owned());
            }
            _ => {
                let action = ACTIONS.into_iter().find(|action| action.as_str() == value);
                let words = ACTIONS.map(Action::as_str);
                self.filter.action = Some(action.ok_or_else(|| Wrong::word(value, &words))?);
            }
        }
        Ok(())
    }
}

/// Where a page of the newest changes ended: after the change with this number.
pub fn cursor(number: i64) -> String {
    let cursor = Cursor {
        order: NEWEST_FIRST.to_owned(),
        values: vec![number.into()],
        backwards: false,
    };
    cursor.encode()
}

fn before(cursor: &str) -> Option<i64> {
    let cursor = Cursor::decode(cursor).filter(|cursor| cursor.order == NEWEST_FIRST)?;
    match cursor.values.as_slice() {
        [number] => number.as_i64(),
        _ => None,
    }
}

/// The resources that changes name.
pub fn resource_names() -> Vec<&'static str> {
    RESOURCES
        .iter()
        .map(|resource| resource.name)
        .chain([DESCRIPTOR])
        .collect()
}

/// Answers with the changes.
pub async fn answer(
    request: &HttpRequest,
    state: &State,
    asked: ChangesRequest,
) -> Result<HttpResponse> {
    let ChangesRequest {
        filter,
        limit,
        parameters,
    } = asked;
    let (register, total, last, data) = state
        .database
        .read::<_, Error, _>(move |connection| {
            let register = Register::read(connection)?;
            let total = revisions::count(connection, &filter)?;
            let mut changes = revisions::list(connection, &filter, limit + 1)?;
            let most = usize::try_from(limit).unwrap_or(usize::MAX);
            let goes_on = changes.len() > most;
            changes.truncate(most);
            let last = changes.last().filter(|_| goes_on);
            let last = last.map(|last| last.number);
            let data = Refused::told(budget::json(&changes))?;
            Ok((register, total, last, data))
        })
        .await?;
    let since = |number: i64| {
        let mut parameters = parameters.clone();
        parameters.retain(|(name, _)| name != "since");
        parameters.push(("since".to_owned(), number.to_string()));
        url::address(state, request.path(), &parameters)
    };
    let links = ListLinks {
        this: url::address(state, request.path(), &parameters),
        first: since(0),
        prev: None,
        next: last.map(since),
    };
    let meta = ListMeta::of(&register, total, limit);
    let body = envelope::envelope(&data?, &meta, &links);
    Ok(headers::json(request, &register, body, Some(&links)))
}

//! Calendars (iCalendar, RFC 5545): the end of every measure's term, and the duties that return each year.
//!
//! A calendar holds all that matches. An event stands for one record for ever: its UID is made from the
//! record's id, and its SEQUENCE counts the corrections of the record and of its plan, which may give the
//! dates; a number that only grows, as the history only grows.

use super::{
    Error, Result, State, answer,
    error::WrongParameter,
    feeds::{self, part, text},
    formats::Format,
    include::{Tree, embed},
    page::unknown_ids,
    parameters::{self, ListRequest},
    register::Register,
    words,
};
use crate::database::{
    resource::{Object, Query, Resource},
    revisions::{self, Corrections},
};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{Days, NaiveDate};
use icalendar::{Calendar, Component, Event, EventLike, Property};
use serde_json::Value as Json;
use std::sync::Arc;

const NOT_TAKEN: [&str; 8] = [
    "limit", "cursor", "page", "sort", "fields", "include", "facets", "labels",
];
const WHY_NOT: &str = "goes without a calendar, which holds all that matches";
const PRODUCT: &str = "-//aciqplan//Açıq Plan//EN";
/// The longest summary of a duty, in characters.
const SUMMARY: usize = 200;
/// The longest line, in bytes.
const LINE: usize = 75;
/// How long a reader may wait before it asks again: a day.
const PATIENCE: &str = "P1D";

/// Gives the dates of measures or obligations.
pub async fn list(
    resource: &'static Resource,
    request: HttpRequest,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let query = request.query_string();
    let parameters = parameters::decode(query).map_err(Error::BadParameter)?;
    parameters::refuse(&parameters, &NOT_TAKEN, WHY_NOT).map_err(Error::BadParameter)?;
    let mut asked = ListRequest::parse(resource, query).map_err(Error::BadParameter)?;
    let tree = Tree::parse(resource, parts(resource));
    let tree =
        tree.map_err(|why| Error::BadParameter(vec![WrongParameter::new("include", why)]))?;
    let memory = Arc::clone(&state.memory);
    let read = state.database.read::<_, Error, _>(move |connection| {
        let register = Register::read(connection)?;
        let wrong = unknown_ids(connection, &asked.ids)?;
        if !wrong.is_empty() {
            return Ok(Err(wrong));
        }
        asked.resolve(connection, resource, memory.of(&register))?;
        let query = Query {
            condition: asked.condition,
            order: asked.order,
            limit: i64::MAX,
            offset: 0,
        };
        let rows = resource.store.list(connection, &query)?;
        let mut records: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
        embed(connection, resource, &mut records, &tree)?;
        let corrections = [
            revisions::corrections(connection, resource.name)?,
            revisions::corrections(connection, "plans")?,
        ];
        Ok(Ok((register, records, corrections)))
    });
    let (register, records, corrections) = read.await?.map_err(Error::BadParameter)?;
    let source = Source {
        state: &state,
        register: &register,
        resource,
        corrections,
    };
    let mut calendar = source.calendar(&parameters);
    calendar.extend(records.iter().filter_map(|record| source.event(record)));
    let media_type = format!("{}; charset=utf-8", Format::Calendar.media_type());
    let body = folded(&calendar.to_string());
    Ok(answer::data(&request, &register, &media_type, body, None))
}

/// The records that an event tells of beside its own.
fn parts(resource: &Resource) -> &'static str {
    match resource.name {
        "measures" => "plan,assignments.agency",
        _ => "plan,parties.agency",
    }
}

/// Where events come from.
struct Source<'s> {
    state: &'s State,
    register: &'s Register,
    resource: &'static Resource,
    /// Of the records, and of the plans.
    corrections: [Corrections; 2],
}

impl Source<'_> {
    /// A calendar without events.
    fn calendar(&self, filters: &[(String, String)]) -> Calendar {
        let filters = filters
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let filters: Vec<String> = filters.collect();
        let filters = match filters.as_slice() {
            [] => String::new(),
            filters => format!(" ({})", filters.join(", ")),
        };
        let title = self.register.text("title");
        let name = escaped(&format!("{title}: {}{filters}", self.resource.name));
        let about = plain(self.register.text("description"));
        let mut calendar = Calendar::empty();
        calendar
            .append_property(Property::new("VERSION", "2.0"))
            .append_property(Property::new("PRODID", PRODUCT))
            .append_property(Property::new("CALSCALE", "GREGORIAN"))
            .append_property(Property::new("NAME", &name))
            .append_property(Property::new("X-WR-CALNAME", &name))
            .append_property(Property::new("DESCRIPTION", about))
            .append_property(
                Property::new("REFRESH-INTERVAL", PATIENCE)
                    .add_parameter("VALUE", "DURATION")
                    .done(),
            )
            .append_property(Property::new("X-PUBLISHED-TTL", PATIENCE));
        calendar
    }

    /// The event of a record; `None` where it has no date.
    fn event(&self, record: &Object) -> Option<Event> {
        let id = text(record, "id")?;
        let plan = part(record, "plan")?;
        let (from, until) = match self.resource.name {
            "measures" => (term(record, plan)?, None),
            _ => yearly(record, plan)?,
        };
        let path = format!("/v1/{}/{id}", self.resource.path());
        let url = answer::address(self.state, &path, &[]);
        let [own, of_plans] = &self.corrections;
        let sequence = [(own, id), (of_plans, text(plan, "id")?)]
            .map(|(corrections, id)| corrections.get(id).copied().unwrap_or_default());
        let changed = [record, plan].map(|record| feeds::moment(record, "updated_at"));
        let changed = changed[0].max(changed[1]).and_utc();
        let mut event = Event::new();
        event
            .uid(&format!("{id}@{}.aciqplan", self.resource.path()))
            .timestamp(changed)
            .last_modified(changed)
            .created(feeds::moment(record, "created_at").and_utc())
            .add_property("SEQUENCE", sequence.iter().sum::<i64>().to_string())
            .starts(from)
            // the end is the day after the last day
            .ends(from.checked_add_days(Days::new(1))?)
            .summary(&plain(&summary(record)))
            .description(&plain(&self.description(record, plan, &url)))
            .url(&url)
            // a deadline does not make its day a busy one
            .add_property("TRANSP", "TRANSPARENT")
            .categories([plain(text(plan, "title")?)]);
        if let Some(until) = until {
            let rule = format!("FREQ=YEARLY;UNTIL={}", until.format("%Y%m%d"));
            event.add_property("RRULE", rule);
        }
        Some(event.done())
    }

    fn description(&self, record: &Object, plan: &Object, url: &str) -> String {
        let words = words::of(self.register.language());
        let label = |label: &str, text: &str| format!("{label}: {text}");
        let plan = text(plan, "title").map(|title| label(words.plan, title));
        let indicator = text(record, "indicator").map(|text| label(words.indicator, text));
        let bodies: Vec<&str> = bodies(record).collect();
        let bodies = (!bodies.is_empty()).then(|| label(words.bodies, &bodies.join("; ")));
        let lines = [
            text(record, "text").map(str::to_owned),
            indicator,
            bodies,
            plan,
            Some(url.to_owned()),
        ];
        lines.into_iter().flatten().collect::<Vec<_>>().join("\n")
    }
}

/// The day on which the term of a measure ends; that of its plan where it has none of its own.
fn term(measure: &Object, plan: &Object) -> Option<NaiveDate> {
    let year = year(measure, "end_year").or_else(|| year(plan, "end_year"))?;
    NaiveDate::from_ymd_opt(year, 12, 31)
}

/// The first and the last day, in the years of the plan, on which a duty falls due. A duty that does not
/// return, or without a month, has none: its year or its day would be a guess.
fn yearly(duty: &Object, plan: &Object) -> Option<(NaiveDate, Option<NaiveDate>)> {
    if text(duty, "recurrence") != Some("yearly") {
        return None;
    }
    let month = number(duty, "due_month")?;
    let day = number(duty, "due_day").unwrap_or(31);
    let due = |year| {
        // the last day of a month that has no such day
        let mut days = (1..=day).rev();
        days.find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
    };
    let first = due(year(plan, "start_year")?)?;
    Some((first, due(year(plan, "end_year")?)))
}

fn number(record: &Object, name: &str) -> Option<u32> {
    u32::try_from(record.get(name)?.as_u64()?).ok()
}

fn year(record: &Object, name: &str) -> Option<i32> {
    i32::try_from(record.get(name)?.as_i64()?).ok()
}

/// Number and title; of a duty, which has no title, the last paragraph: the first names who bears it.
fn summary(record: &Object) -> String {
    if text(record, "title").is_some() {
        return feeds::name(record);
    }
    let words = text(record, "text").and_then(|text| text.lines().last());
    let number = text(record, "number").unwrap_or_default();
    let words = feeds::shortened(words.unwrap_or_default(), SUMMARY);
    format!("{number} {words}").trim().to_owned()
}

/// The names of those who must act.
fn bodies(record: &Object) -> impl Iterator<Item = &str> {
    let lists = ["assignments", "parties"].into_iter();
    let all = lists.filter_map(|name| record.get(name)?.as_array());
    all.flatten()
        .filter(|body| body["role"] != "recipient")
        .filter_map(|body: &Json| body["agency"]["name"].as_str())
}

/// A name of a calendar; the crate does the like for the properties that it knows as texts.
fn escaped(text: &str) -> String {
    plain(text)
        .replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// The lines folded anew: of a line whose last piece has 75 bytes the crate makes one of 76.
pub fn folded(calendar: &str) -> String {
    let mut folded = String::with_capacity(calendar.len());
    for line in calendar.replace("\r\n ", "").split_terminator("\r\n") {
        let mut room = LINE;
        for character in line.chars() {
            if character.len_utf8() > room {
                folded.push_str("\r\n ");
                room = LINE - 1;
            }
            room -= character.len_utf8();
            folded.push(character);
        }
        folded.push_str("\r\n");
    }
    folded
}

/// The text without characters that would break a line of the calendar.
fn plain(text: &str) -> String {
    text.replace(
        |character: char| character.is_control() && character != '\n',
        "",
    )
}

//! Calendars (iCalendar, RFC 5545) of what falls due on a day that is known: the duties that return each year.
//!
//! A year alone is no day, so a measure makes no event: the 31st of December would be a guess.
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
    batches::for_each_batch,
    resource::{Object, Resource},
    revisions::{self, Corrections},
};
use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{Days, Duration, NaiveDate, Utc};
use icalendar::{Alarm, Calendar, Component, Event, EventLike, Property};
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
/// How many days before a day that is ahead a calendar program reminds of it.
const NOTICE: i64 = 7;
/// What a calendar without events holds, since it must have a component (RFC 5545, 3.6): readers show
/// nothing of it.
const TIME_ZONE: &str = "BEGIN:VTIMEZONE\r\nTZID:Etc/UTC\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n\
    TZOFFSETFROM:+0000\r\nTZOFFSETTO:+0000\r\nTZNAME:UTC\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";

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
        let mut records: Vec<Object> = Vec::new();
        // measures tell years
        if resource.name != "measures" {
            let order = (asked.order_columns.as_slice(), &asked.order);
            for_each_batch::<diesel::result::Error>(
                connection,
                resource,
                &asked.matching,
                order,
                |connection, rows| {
                    let mut batch: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
                    embed(connection, resource, &mut batch, &tree)?;
                    records.extend(batch);
                    Ok(())
                },
            )?;
        }
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
    let body = folded(&finished(&calendar));
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
        let (first, last) = yearly(record, plan)?;
        let path = format!("/v1/{}/{id}", self.resource.path());
        let url = answer::address(self.state, &path, &[]);
        let [own, of_plans] = &self.corrections;
        let sequence = [(own, id), (of_plans, text(plan, "id")?)]
            .map(|(corrections, id)| corrections.get(id).copied().unwrap_or_default());
        let changed = [record, plan].map(|record| feeds::moment(record, "updated_at"));
        let changed = changed[0].max(changed[1]).and_utc();
        let summary = plain(&summary(record));
        let mut event = Event::new();
        event
            .uid(&format!("{id}@{}.aciqplan", self.resource.path()))
            .timestamp(changed)
            .last_modified(changed)
            .created(feeds::moment(record, "created_at").and_utc())
            .add_property("SEQUENCE", sequence.iter().sum::<i64>().to_string())
            .starts(first)
            // the end is the day after the last day
            .ends(first.checked_add_days(Days::new(1))?)
            .summary(&summary)
            .description(&plain(&self.description(record, plan, &url)))
            .url(&url)
            // a deadline does not make its day a busy one
            .add_property("TRANSP", "TRANSPARENT")
            .categories([plain(text(plan, "title")?)]);
        let rule = format!("FREQ=YEARLY;UNTIL={}", last.format("%Y%m%d"));
        event.add_property("RRULE", rule);
        if last >= Utc::now().date_naive() {
            let mut alarm = Alarm::display(&summary, -Duration::days(NOTICE));
            event.alarm(alarm.add_property("TRIGGER", format!("-P{NOTICE}D")).done());
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

/// The first and the last day, in the years of the plan, on which a duty falls due. A duty that does not
/// return, or without a month, has none: its year or its day would be a guess.
fn yearly(duty: &Object, plan: &Object) -> Option<(NaiveDate, NaiveDate)> {
    if text(duty, "recurrence") != Some("yearly") {
        return None;
    }
    let month = number(duty, "due_month")?;
    let day = number(duty, "due_day")?;
    let due = |year| {
        // the last day of a month that has no such day
        let mut days = (1..=day).rev();
        days.find_map(|day| NaiveDate::from_ymd_opt(year, month, day))
    };
    Some((
        due(year(plan, "start_year")?)?,
        due(year(plan, "end_year")?)?,
    ))
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

/// The calendar as text, with a component where it has no event. The crate gives every component a DTSTAMP
/// and a UID, made up at each request where it is told none; an alarm has neither.
fn finished(calendar: &Calendar) -> String {
    let mut text = String::new();
    let (mut in_alarm, mut is_empty) = (false, true);
    for line in calendar.to_string().split_inclusive("\r\n") {
        match line.trim_end() {
            "BEGIN:VEVENT" => is_empty = false,
            "BEGIN:VALARM" => in_alarm = true,
            "END:VALARM" => in_alarm = false,
            "END:VCALENDAR" if is_empty => text.push_str(TIME_ZONE),
            line if in_alarm && (line.starts_with("DTSTAMP:") || line.starts_with("UID:")) => {
                continue;
            }
            _ => {}
        }
        text.push_str(line);
    }
    text
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

/// The text without characters that would break a line of the calendar: whatever ends a line is a line break,
/// any other control character a blank, so that no words run together.
fn plain(text: &str) -> String {
    let plain = |character: char| match character {
        '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => '\n',
        character if character.is_control() && character != '\n' => ' ',
        character => character,
    };
    text.replace("\r\n", "\n").chars().map(plain).collect()
}

//! Calendars (iCalendar, RFC 5545) of what falls due on a day that is known: the duties that return each year.
//!
//! A year alone is no day, so a measure makes no event: the 31st of December would be a guess.
//! A calendar holds all that matches. An event stands for one record for ever: its UID is made from the
//! record's id, and its SEQUENCE counts the corrections of the record and of its plan, which may give the
//! dates; a number that only grows, as the history only grows.

use super::{
    Error, Result,
    error::WrongParameter,
    feeds::{self, part, text},
};
use crate::{
    api::{
        dataset_version::Register,
        i18n,
        request::{accept::Format, list_request::ListRequest, parameters},
        response::{
            budget::{Budget, Refused},
            embed::{Tree, embed},
            headers,
            page::refuse_mistakes,
            url,
        },
        state::State,
    },
    database::{
        AnyConnection,
        model::resource::{Object, Resource, Row},
        query::batches::for_each_batch,
        write::revisions::{self, Corrections},
    },
};

use actix_web::{HttpRequest, HttpResponse, web};
use chrono::{Days, Duration, NaiveDate, Utc};
use icalendar::{Alarm, Component, Event, EventLike, Property, ValueType};
use serde_json::Value as Json;

const NOT_TAKEN: [&str; 8] = [
    "limit", "cursor", "page", "sort", "fields", "include", "facets", "labels",
];
const WHY_NOT: &str = "goes without a calendar, which holds all that matches";
const PRODUCT: &str = "-//aciqplan//Açıq Plan//EN";
/// The longest summary of a duty, in characters.
const SUMMARY: usize = 200;
/// How many records are read with what they tell of at once: as many as always fit the budget of what is embedded, since
/// who asks for a calendar cannot ask for less. Each has a plan, and at most so many bodies, each by an assignment.
const AT_ONCE: usize = 40;
/// What a record has here, and in no table, where it has more bodies than are told.
const HAS_MORE: &str = "has_more";
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
    let (parameters, _) = parameters::given(query);
    let not_taken = parameters::not_taken(&parameters, &NOT_TAKEN, WHY_NOT);
    let asked = ListRequest::parse_beside(not_taken, resource, query);
    let mut asked = asked.map_err(Error::BadParameter)?;
    let tree = Tree::parse(resource, parts(resource));
    let tree =
        tree.map_err(|why| Error::BadParameter(vec![WrongParameter::new("include", why)]))?;
    let shared = state.clone();
    let read = state.database.read::<_, Error, _>(move |connection| {
        let register = Register::read(connection)?;
        let calendar = Source::read(connection, shared, &register, resource).and_then(|source| {
            refuse_mistakes(connection, &asked)?;
            asked.resolve(connection, resource, source.state.count_cache.of(&register))?;
            source.calendar(connection, &parameters, &asked, &tree)
        });
        Ok((register, Refused::told(calendar)?))
    });
    let (register, calendar) = read.await?;
    let media_type = format!("{}; charset=utf-8", Format::Calendar.media_type());
    Ok(headers::data(
        &request,
        &register,
        &media_type,
        calendar?,
        None,
    ))
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
    state: web::Data<State>,
    register: &'s Register,
    resource: &'static Resource,
    /// Of the records, and of the plans.
    corrections: [Corrections; 2],
}

impl<'s> Source<'s> {
    fn read(
        connection: &mut AnyConnection,
        state: web::Data<State>,
        register: &'s Register,
        resource: &'static Resource,
    ) -> Result<Self, Refused> {
        Ok(Self {
            state,
            register,
            resource,
            corrections: [
                revisions::corrections(connection, resource.name)?,
                revisions::corrections(connection, "plans")?,
            ],
        })
    }

    /// The calendar of all that matches, written batch by batch within the budget of an answer.
    fn calendar(
        &self,
        connection: &mut AnyConnection,
        parameters: &[(String, String)],
        asked: &ListRequest,
        tree: &Tree,
    ) -> Result<String, Refused> {
        let mut budget = Budget::new(0);
        let mut calendar = self.head(parameters);
        let begun = calendar.len();
        // measures tell years
        if self.resource.name != "measures" {
            let order = (asked.order_columns.as_slice(), &asked.order);
            let matching = &asked.matching;
            for_each_batch::<Refused>(connection, self.resource, matching, order, |it, rows| {
                for rows in rows.chunks(AT_ONCE) {
                    for record in &records(it, self.resource, rows, tree)? {
                        let before = calendar.len();
                        if let Some(event) = self.event(record) {
                            write(&event, &mut calendar);
                        }
                        budget.spend(calendar.len() - before)?;
                    }
                }
                Ok(())
            })?;
        }
        if calendar.len() == begun {
            calendar.push_str(TIME_ZONE);
        }
        calendar.push_str("END:VCALENDAR\r\n");
        Ok(calendar)
    }

    /// The beginning of a calendar.
    fn head(&self, filters: &[(String, String)]) -> String {
        let filters = filters
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let filters: Vec<String> = filters.collect();
        let filters = match filters.as_slice() {
            [] => String::new(),
            filters => format!(" ({})", filters.join(", ")),
        };
        let title = self.register.text("title");
        let name = escaped(&plain(&format!("{title}: {}{filters}", self.resource.name)));
        let about = escaped(&plain(self.register.text("description")));
        let mut head = String::new();
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            &format!("PRODID:{PRODUCT}"),
            "CALSCALE:GREGORIAN",
            &format!("NAME:{name}"),
            &format!("X-WR-CALNAME:{name}"),
            &format!("DESCRIPTION:{about}"),
            &format!("REFRESH-INTERVAL;VALUE=DURATION:{PATIENCE}"),
            &format!("X-PUBLISHED-TTL:{PATIENCE}"),
        ] {
            fold(line, &mut head);
        }
        head
    }

    /// The event of a record; `None` where it has no date.
    fn event(&self, record: &Object) -> Option<Event> {
        let id = text(record, "id")?;
        let plan = part(record, "plan")?;
        let (first, last) = yearly(record, plan)?;
        let path = format!("/v1/{}/{id}", self.resource.path());
        let url = url::address(&self.state, &path, &[]);
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
        // A yearly date on 29 February would be passed over in three years of four: its duty falls due on the last
        // day of the month.
        let days = match (number(record, "due_month"), number(record, "due_day")) {
            (Some(2), Some(29)) => ";BYMONTH=2;BYMONTHDAY=-1",
            _ => "",
        };
        let rule = format!("FREQ=YEARLY{days};UNTIL={}", last.format("%Y%m%d"));
        event.add_property("RRULE", rule);
        if last >= Utc::now().date_naive() {
            let mut alarm = Alarm::display(&summary, -Duration::days(NOTICE));
            event.alarm(alarm.add_property("TRIGGER", format!("-P{NOTICE}D")).done());
        }
        Some(event.done())
    }

    fn description(&self, record: &Object, plan: &Object, url: &str) -> String {
        let words = i18n::of(self.register.language());
        let label = |label: &str, text: &str| format!("{label}: {text}");
        let plan = text(plan, "title").map(|title| label(words.plan, title));
        let indicator = text(record, "indicator").map(|text| label(words.indicator, text));
        let more = record.contains_key(HAS_MORE).then_some("…");
        let bodies: Vec<&str> = bodies(record).chain(more).collect();
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

/// The records of rows, with those that an event tells of beside them.
fn records(
    connection: &mut AnyConnection,
    resource: &'static Resource,
    rows: &[Box<dyn Row>],
    tree: &Tree,
) -> Result<Vec<Object>, Refused> {
    let rows: Vec<Object> = rows.iter().map(|row| row.to_object()).collect();
    // what a chunk of records tells of is gone before the next one
    let mut budget = Budget::new(rows.len());
    let members = embed(connection, resource, &rows, tree, &mut budget)?;
    let cut: Vec<&str> = budget.cuts.iter().map(|cut| cut.id.as_str()).collect();
    let record = |(mut row, members): (Object, String)| {
        if text(&row, "id").is_some_and(|id| cut.contains(&id)) {
            row.insert(HAS_MORE.to_owned(), true.into());
        }
        let members = members.strip_prefix(',').unwrap_or_default();
        let members = serde_json::from_str::<Object>(&format!("{{{members}}}"));
        row.extend(members.unwrap_or_default());
        row
    };
    Ok(rows.into_iter().zip(members).map(record).collect())
}

/// Writes a component, each of its lines folded. What the crate writes takes quadratic time for a long line, has
/// lines of 76 bytes, and gives an alarm a DTSTAMP and a UID, made up at each request.
fn write(component: &impl Component, text: &mut String) {
    let kind = component.component_kind();
    fold(&format!("BEGIN:{kind}"), text);
    let several = component.multi_properties().values().flatten();
    for property in component.properties().values().chain(several) {
        fold(&line(property), text);
    }
    for part in component.components() {
        write(part, text);
    }
    fold(&format!("END:{kind}"), text);
}

/// A property as one line.
fn line(property: &Property) -> String {
    let mut line = property.key().to_owned();
    for parameter in property.params().values() {
        line.push_str(&[";", parameter.key(), "=", parameter.value()].concat());
    }
    line.push(':');
    // a list of texts has its commas where it should have them
    if property.value_type() == Some(ValueType::Text) && property.key() != "CATEGORIES" {
        line.push_str(&escaped(property.value()));
    } else {
        line.push_str(property.value());
    }
    line
}

/// A text as a value.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace(';', "\\;")
        .replace(',', "\\,")
        .replace('\n', "\\n")
}

/// Adds a line, folded (RFC 5545, 3.1): no more than 75 bytes without a break.
pub fn fold(line: &str, text: &mut String) {
    let mut room = LINE;
    for character in line.chars() {
        if character.len_utf8() > room {
            text.push_str("\r\n ");
            room = LINE - 1;
        }
        room -= character.len_utf8();
        text.push(character);
    }
    text.push_str("\r\n");
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

#[cfg(test)]
mod tests {
    use super::{AT_ONCE, LINE, write};
    use crate::api::response::{budget::MAX_EMBEDDED, embed::MAX_CHILDREN};
    use chrono::{DateTime, Duration, NaiveDate};
    use icalendar::{Alarm, Component, Event, EventLike};
    use std::time::Instant;

    fn unfolded(text: &str) -> String {
        text.replace("\r\n ", "")
    }

    #[test]
    fn what_is_read_at_once_fits_the_budget_of_what_is_embedded() {
        let records = i64::try_from(AT_ONCE).expect("a small number");
        assert!(records * (1 + 2 * MAX_CHILDREN) <= MAX_EMBEDDED);
    }

    fn event(text: &str) -> Event {
        let mut event = Event::new();
        event
            .uid("a@b")
            .timestamp(DateTime::UNIX_EPOCH)
            .starts(NaiveDate::from_ymd_opt(2026, 2, 27).expect("a day"))
            .summary(text)
            .description(text)
            .url("https://example.org/a,b;c")
            .categories([text, "b"])
            .add_property("RRULE", "FREQ=YEARLY;UNTIL=20300101");
        event.done()
    }

    #[test]
    fn a_component_is_what_the_crate_writes_but_for_its_folds() {
        for text in ["", "a\\b;c,d\n\ne:f \"g\"", &"ə 老😀 ".repeat(200)] {
            let event = event(text);
            let mut written = String::new();
            write(&event, &mut written);
            let crates = Component::to_string(&event);
            assert_eq!(unfolded(&written), unfolded(&crates));
            assert!(written.split("\r\n").all(|line| line.len() <= LINE));
        }
    }

    #[test]
    fn an_alarm_has_what_it_was_given_alone() {
        let mut event = event("a");
        event.alarm(Alarm::display("b", -Duration::days(7)));
        let mut written = String::new();
        write(&event, &mut written);
        let (_, alarm) = written.split_once("BEGIN:VALARM\r\n").expect("an alarm");
        assert!(
            !alarm.contains("UID:") && !alarm.contains("DTSTAMP:"),
            "{alarm}"
        );
    }

    #[test]
    fn a_text_of_four_megabytes_is_folded_in_no_time() {
        let event = event(&"ə".repeat(2 << 20));
        let began = Instant::now();
        let mut written = String::new();
        write(&event, &mut written);
        assert!(began.elapsed().as_secs() < 5, "{:?}", began.elapsed());
    }
}

//! What an entry tells of a record.

use super::feed::{Category, Entry, moment, part, text, urn};
use crate::{
    api::{
        feeds::writer::Source,
        html::escaped,
        i18n,
        response::{embed::Cut, url},
    },
    database::model::resource::{Object, Resource},
};

use serde_json::Value as Json;

/// The records that an entry tells of beside its own, as `include` names them.
pub fn parts(resource: &Resource) -> &'static str {
    match resource.name {
        "status_entries" => {
            "assessor,source,measure.plan,measure.section,measure.assignments.agency"
        }
        _ => "plan,section,source.publisher,assignments.agency",
    }
}

/// The entry of a measure or a status entry.
pub fn of(source: &Source<'_>, resource: &Resource, record: &Object) -> Entry {
    let id = text(record, "id").unwrap_or_default();
    let (title, summary, html, measure, authors) = if resource.name == "status_entries" {
        let measure = part(record, "measure").unwrap_or(record);
        let title = format!("{} ({})", name(measure), level(record));
        let assessor = part(record, "assessor").and_then(|assessor| text(assessor, "name"));
        let said = text(record, "quote").or_else(|| text(record, "note"));
        let html = status_entry(source, record);
        (title, said, html, measure, assessor.into_iter().collect())
    } else {
        let html = measure(source, record);
        (
            name(record),
            text(record, "title"),
            html,
            record,
            promisers(record),
        )
    };
    let path = format!("/v1/{}/{id}", resource.path());
    Entry {
        id: urn(&format!("{}/{id}", resource.name)),
        url: url::address(source.state, &path, &[]),
        title,
        summary: summary.map(str::to_owned),
        html,
        authors: authors.into_iter().map(str::to_owned).collect(),
        categories: categories(source, measure),
        published: moment(record, "created_at"),
        updated: moment(record, "updated_at"),
    }
}

/// `4.1.1 Elektron…`
pub fn name(measure: &Object) -> String {
    let title = text(measure, "title").unwrap_or_default();
    match text(measure, "number") {
        Some(number) => format!("{number} {title}"),
        None => title.to_owned(),
    }
}

/// `2021: complete`, or why there is no level.
fn level(entry: &Object) -> String {
    let level = text(entry, "completion").or_else(|| text(entry, "missing_reason"));
    format!("{}: {}", entry["year"], level.unwrap_or_default())
}

/// Who promised a measure: who adopted the plan, as far as its source tells; else who published it; else
/// who must do it.
fn promisers(measure: &Object) -> Vec<&str> {
    let adopter = part(measure, "plan").and_then(|plan| text(plan, "adopted_by"));
    let publisher = || {
        let source = part(measure, "source")?;
        text(part(source, "publisher")?, "name")
    };
    match adopter.or_else(publisher) {
        Some(promiser) => vec![promiser],
        None => bodies(measure).map(|(_, name)| name).collect(),
    }
}

/// The bodies responsible for a measure: their ids and names, in the order of the document.
pub fn bodies(measure: &Object) -> impl Iterator<Item = (&str, &str)> {
    let assignments = measure.get("assignments").and_then(Json::as_array);
    assignments.into_iter().flatten().filter_map(|assignment| {
        let agency = &assignment["agency"];
        Some((agency["id"].as_str()?, agency["name"].as_str()?))
    })
}

fn categories(source: &Source<'_>, measure: &Object) -> Vec<Category> {
    let category = |path: &str, id: &str, name: &str| Category {
        scheme: url::address(source.state, path, &[]),
        id: id.to_owned(),
        name: name.to_owned(),
    };
    let above = [("plan", "/v1/plans"), ("section", "/v1/sections")];
    let above = above.into_iter().filter_map(|(key, path)| {
        let record = part(measure, key)?;
        Some(category(path, text(record, "id")?, text(record, "title")?))
    });
    let bodies = bodies(measure).map(|(id, name)| category("/v1/agencies", id, name));
    above.chain(bodies).collect()
}

fn measure(source: &Source<'_>, measure: &Object) -> String {
    let words = i18n::of(source.register.language());
    let mut html = paragraphs(text(measure, "title"));
    if let Some(indicator) = text(measure, "indicator") {
        html.push_str(&labelled(words.indicator, indicator));
    }
    let bodies = bodies(measure).map(|(_, name)| format!("<li>{}</li>", escaped(name)));
    let bodies: String = bodies.collect();
    if !bodies.is_empty() {
        let list = format!("<p>{}:</p><ul>{bodies}</ul>", words.bodies);
        html.push_str(&list);
    }
    html + &origin(words.source, measure)
}

/// Where the bodies of a measure are that has more of them than an entry names.
pub fn rest(source: &Source<'_>, cut: &Cut) -> String {
    let words = i18n::of(source.register.language());
    let all = cut.told(source.state);
    let (url, total) = (escaped(&all.all), all.total);
    format!("<p>{}: <a href=\"{url}\">{total}</a></p>", words.bodies)
}

fn status_entry(source: &Source<'_>, entry: &Object) -> String {
    let words = i18n::of(source.register.language());
    let level = format!("<p><strong>{}</strong></p>", escaped(&level(entry)));
    let said = paragraphs(text(entry, "statement")) + &paragraphs(text(entry, "note"));
    level + &said + &origin(words.source, entry)
}

/// Where the words come from.
fn origin(label: &str, record: &Object) -> String {
    let title = part(record, "source").and_then(|source| text(source, "title"));
    let place = [title, text(record, "locator")];
    let place: Vec<&str> = place.into_iter().flatten().collect();
    labelled(label, &place.join(", "))
}

fn labelled(label: &str, text: &str) -> String {
    format!("<p>{label}: {}</p>", escaped(text))
}

/// A line break ends a paragraph.
pub fn paragraphs(text: Option<&str>) -> String {
    let lines = text.unwrap_or_default().lines();
    let lines = lines.filter(|line| !line.is_empty());
    let paragraphs = lines.map(|line| format!("<p>{}</p>", escaped(line)));
    paragraphs.collect::<Vec<_>>().concat()
}

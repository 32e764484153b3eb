//! What the catalogue tells of the register, read in one go.

use crate::{
    api::dataset_version::Register,
    database::{
        AnyConnection, RESOURCES,
        model::{resource::Object, timestamp},
        resources::{plans::PLANS, sources::SOURCES},
        sql::filter::Filter,
        write::revisions,
    },
};

use diesel::QueryResult;
use serde_json::Value as Json;

/// What the catalogue tells.
pub struct Facts {
    public_url: String,
    pub contact: Option<String>,
    pub register: Register,
    /// The countries of the plans: ISO 3166-1 alpha-2, each once.
    pub countries: Vec<String>,
    /// The first and the last year of the plans.
    pub years: Option<(i64, i64)>,
    /// The documents: ids and titles.
    pub sources: Vec<(String, String)>,
    /// When each resource last changed.
    changed: Vec<Option<String>>,
}

impl Facts {
    pub fn read(
        connection: &mut AnyConnection,
        public_url: String,
        contact: Option<String>,
    ) -> QueryResult<Self> {
        let plans = PLANS
            .store
            .list(connection, &PLANS.all(Filter::default()))?;
        let plans: Vec<Object> = plans.iter().map(|plan| plan.to_object()).collect();
        let mut countries: Vec<String> = texts(&plans, "country");
        countries.sort();
        countries.dedup();
        let years = |column: &str| {
            let years = plans.iter().filter_map(|plan| plan[column].as_i64());
            years.collect::<Vec<_>>()
        };
        let first = years("start_year").into_iter().min();
        let last = years("end_year").into_iter().max();
        let sources = SOURCES
            .store
            .list(connection, &SOURCES.all(Filter::default()))?;
        let sources: Vec<Object> = sources.iter().map(|source| source.to_object()).collect();
        let changed = RESOURCES.iter().map(|resource| {
            let at = revisions::last_change(connection, resource.name)?;
            Ok(at.map(timestamp::format))
        });
        let changed = changed.collect::<QueryResult<_>>()?;
        Ok(Self {
            public_url,
            contact,
            register: Register::read(connection)?,
            countries,
            years: first.zip(last),
            sources: texts(&sources, "id")
                .into_iter()
                .zip(texts(&sources, "title"))
                .collect(),
            changed,
        })
    }

    pub fn address(&self, path: &str) -> String {
        format!("{}{path}", self.public_url)
    }

    /// The address of a thing that the catalogue describes itself.
    pub fn own(&self, name: &str) -> String {
        self.address(&format!("/catalog#{name}"))
    }

    /// A property of the dataset in English, in which packages are described, and in what it is
    /// translated into: texts and their languages.
    pub fn told(&self, property: &str) -> Vec<(String, String)> {
        let descriptor = &self.register.descriptor;
        let translations = descriptor.get("translations").and_then(Json::as_object);
        let translations = translations.into_iter().flatten();
        let english = (descriptor.get(property), "en");
        let all = [english]
            .into_iter()
            .chain(translations.map(|(language, texts)| (texts.get(property), language.as_str())));
        let mut told = Vec::new();
        for (value, language) in all {
            let values = match value {
                Some(Json::Array(values)) => values.iter().collect(),
                Some(value) => vec![value],
                None => Vec::new(),
            };
            let texts = values.into_iter().filter_map(Json::as_str);
            told.extend(texts.map(|text| (text.to_owned(), language.to_owned())));
        }
        told
    }

    /// When the resource at this place last changed.
    pub fn changed(&self, place: usize) -> Option<&str> {
        self.changed.get(place)?.as_deref()
    }

    /// When the register last changed.
    pub fn updated(&self) -> Option<String> {
        self.register.at.map(timestamp::format)
    }
}

fn texts(records: &[Object], column: &str) -> Vec<String> {
    let texts = records.iter().filter_map(|record| record[column].as_str());
    texts.map(str::to_owned).collect()
}

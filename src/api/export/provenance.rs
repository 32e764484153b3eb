//! What a file tells of itself, wherever it is carried to: title, licence, version, request, citation.

use crate::api::{
    dataset_version::{self, Register},
    response::envelope,
};

use actix_web::http::header::EntityTag;
use chrono::NaiveDateTime;
use xxhash_rust::xxh3::xxh3_128;

/// What a file tells of itself.
#[derive(Clone)]
pub struct Provenance {
    /// Each fact with its name, in the order of interest.
    pub all: Vec<(&'static str, String)>,
    pub title: String,
    /// The language of the texts.
    pub language: Option<String>,
    /// When the dataset last changed.
    pub at: Option<NaiveDateTime>,
    /// Changes with the register and with what is asked of it.
    fingerprint: String,
}

impl Provenance {
    /// The facts of what the register has at an address.
    pub fn new(register: &Register, public_url: &str, address: &str) -> Self {
        let licence = &register.descriptor.get("licenses").map(|all| &all[0]);
        let licence_text = |key: &str| {
            let text = licence.and_then(|licence| licence[key].as_str());
            text.unwrap_or_default().to_owned()
        };
        let facts = [
            ("title", register.text("title").to_owned()),
            ("description", register.text("description").to_owned()),
            ("source", public_url.to_owned()),
            ("homepage", register.text("homepage").to_owned()),
            ("licence", licence_text("name")),
            ("licence_title", licence_text("title")),
            ("licence_url", licence_text("path")),
            ("dataset_version", register.version.to_string()),
            (
                "dataset_date",
                envelope::moment(register.at).unwrap_or_default(),
            ),
            ("request", address.to_owned()),
            ("citation", dataset_version::citation(register, public_url)),
        ];
        let descriptor = serde_json::to_string(&register.descriptor).unwrap_or_default();
        Self {
            fingerprint: format!("{facts:?} {descriptor} {}", env!("CARGO_PKG_VERSION")),
            all: facts
                .into_iter()
                .filter(|(_, fact)| !fact.is_empty())
                .collect(),
            title: register.text("title").to_owned(),
            language: register.language().map(str::to_owned),
            at: register.at,
        }
    }

    /// A fact; `None` where it is not known.
    pub fn get(&self, name: &str) -> Option<&str> {
        let fact = self.all.iter().find(|(other, _)| *other == name);
        fact.map(|(_, fact)| fact.as_str())
    }

    /// What the file is told apart by, known before it is written.
    pub fn tag(&self) -> String {
        format!("{:032x}", xxh3_128(self.fingerprint.as_bytes()))
    }

    /// The entity tag of a file that is sent while it is written.
    pub fn weak_tag(&self) -> EntityTag {
        EntityTag::new_weak(self.tag())
    }
}

/// `measures-v604.csv`
pub fn file_name(what: &str, register: &Register, extension: &str) -> String {
    format!("{what}-v{}.{extension}", register.version)
}

//! The register at one moment, and as it was read last.

use crate::database::{
    AnyConnection,
    connection::dataset_version::{self, Version},
    model::{resource::Object, web_address::is_web_address},
    write::descriptor,
};
use chrono::NaiveDateTime;
use diesel::QueryResult;
use serde_json::Value as Json;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The register at one moment: what every answer tells of it.
#[derive(Clone, Default)]
pub struct Register {
    pub version: i64,
    pub at: Option<NaiveDateTime>,
    pub descriptor: Arc<Object>,
}

/// The register as it was read last: every answer tells of the descriptor, and it hardly ever changes.
#[derive(Default)]
pub struct DatasetVersionCache(Mutex<Register>);

impl DatasetVersionCache {
    /// The register; of its descriptor only where it has another version than before.
    pub fn read(&self, connection: &mut AnyConnection) -> QueryResult<Register> {
        let version = dataset_version::version(connection)?;
        if let Some(register) = version.and_then(|version| self.known(version)) {
            return Ok(register);
        }
        let register = Register::of(version, connection)?;
        self.last().clone_from(&register);
        Ok(register)
    }

    /// The register of a version, where that is the one that was read last.
    pub fn known(&self, (number, at): Version) -> Option<Register> {
        let last = self.last();
        (last.version == number && last.at == Some(at)).then(|| last.clone())
    }

    fn last(&self) -> MutexGuard<'_, Register> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Register {
    pub fn read(connection: &mut AnyConnection) -> QueryResult<Self> {
        let version = dataset_version::version(connection)?;
        Self::of(version, connection)
    }

    fn of(version: Option<Version>, connection: &mut AnyConnection) -> QueryResult<Self> {
        Ok(Self {
            version: version.map_or(0, |(number, _)| number),
            at: version.map(|(_, at)| at),
            descriptor: descriptor::read(connection)?,
        })
    }

    /// The name of the licence, as the package gives it.
    pub fn licence(&self) -> Option<&str> {
        self.descriptor.get("licenses")?[0]["name"].as_str()
    }

    /// The address of the licence; `None` where the package gives none, or none on the web.
    pub fn licence_url(&self) -> Option<&str> {
        let path = self.descriptor.get("licenses")?[0]["path"].as_str()?;
        is_web_address(path).then_some(path)
    }

    /// Who publishes the dataset, as the package names it among its contributors.
    pub fn publisher(&self) -> Option<&Object> {
        descriptor::publisher(&self.descriptor)
    }

    pub fn language(&self) -> Option<&str> {
        self.descriptor.get("languages")?[0].as_str()
    }

    pub fn text(&self, property: &str) -> &str {
        self.descriptor
            .get(property)
            .and_then(Json::as_str)
            .unwrap_or_default()
    }
}

/// How to name the dataset where it is used.
pub fn citation(register: &Register, public_url: &str) -> String {
    let day = register
        .at
        .map_or_else(String::new, |at| format!(", {}", at.format("%Y-%m-%d")));
    let licence = register.licence().unwrap_or("no licence given");
    format!(
        "{}. Version {}{day}. {public_url}/v1 ({licence})",
        register.text("title"),
        register.version
    )
}

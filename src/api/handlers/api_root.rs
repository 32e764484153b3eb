//! `/v1`: what there is.

use crate::{
    api::{
        Error, Result,
        dataset_version::{self, Register},
        directory::{Directory, List},
        request::{accept::Format, parameters},
        response::{envelope, headers, url},
        state::State,
    },
    database::{
        RESOURCES,
        sql::filter::Filter,
        write::revisions::{self, ChangeFilter},
    },
};

use actix_web::{HttpRequest, HttpResponse, web};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use utoipa::ToSchema;

/// What there is in the register.
#[derive(Serialize, ToSchema)]
pub struct Index {
    /// The title of the dataset.
    #[schema(example = "Açıq Plan: Azerbaijan's National Action Plans on open government")]
    pub title: String,
    /// Every resource.
    pub resources: Vec<IndexEntry>,
    /// The changes of all records.
    pub changes: IndexEntry,
    /// When the dataset last changed: UTC, RFC 3339; null for an empty register.
    #[schema(value_type = Option<chrono::DateTime<chrono::Utc>>, required)]
    pub updated_at: Option<String>,
    /// How to name the dataset where it is used.
    pub citation: String,
    /// The whole register in one file, by its extension.
    #[schema(value_type = HashMap<String, String>, example = json!({ "zip": "http://127.0.0.1:8080/v1/dataset.zip" }))]
    pub dataset: Map<String, Json>,
    /// Where all texts are searched: with `?q=`.
    #[schema(example = "http://127.0.0.1:8080/v1/search", format = "uri")]
    pub search: String,
    /// The register as a catalogue by DCAT-AP.
    #[schema(example = "http://127.0.0.1:8080/catalog", format = "uri")]
    pub catalog: String,
    /// The register as a Data Package, whose files are the CSV downloads.
    #[schema(example = "http://127.0.0.1:8080/datapackage.json", format = "uri")]
    pub data_package: String,
    /// The description of this API: OpenAPI 3.1.
    #[schema(format = "uri")]
    pub openapi: String,
    /// The same for people.
    #[schema(format = "uri")]
    pub documentation: String,
}

/// A resource of the register.
#[derive(Default, Serialize, ToSchema)]
pub struct IndexEntry {
    /// Its name.
    #[schema(example = "measures")]
    pub name: String,
    /// What it holds.
    pub description: String,
    /// How many records.
    #[schema(example = 141, minimum = 0)]
    pub count: i64,
    /// Its address.
    #[schema(example = "http://127.0.0.1:8080/v1/measures", format = "uri")]
    pub url: String,
    /// Its records as files, feeds and calendars, by their extensions.
    #[schema(value_type = HashMap<String, String>, example = json!({ "csv": "http://127.0.0.1:8080/v1/measures.csv" }))]
    pub formats: Map<String, Json>,
}

/// Lists the resources.
pub async fn get(
    request: HttpRequest,
    state: web::Data<State>,
    directory: web::Data<Directory>,
) -> Result<HttpResponse> {
    Format::choose(&request, &[Format::Json])?;
    parameters::none(request.query_string()).map_err(Error::BadParameter)?;
    let (register, counts, changes) = state
        .database
        .read::<_, Error, _>(|connection| {
            let register = Register::read(connection)?;
            let counts = RESOURCES
                .iter()
                .map(|resource| resource.store.count(connection, &Filter::default()))
                .collect::<Result<Vec<i64>, _>>()?;
            Ok((
                register,
                counts,
                revisions::count(connection, &ChangeFilter::default())?,
            ))
        })
        .await?;
    let url = |path: &str| url::address(&state, path, &[]);
    let counts = counts.into_iter().chain([changes]);
    let entry = |(list, count): (&List, i64)| IndexEntry {
        count,
        url: url(&list.path),
        formats: list
            .extensions
            .iter()
            .map(|extension| {
                (
                    extension.to_string(),
                    url(&format!("{}.{extension}", list.path)).into(),
                )
            })
            .collect(),
        name: list.name.clone(),
        description: list.about.to_owned(),
    };
    let mut resources: Vec<IndexEntry> = directory.lists.iter().zip(counts).map(entry).collect();
    let dataset = directory.files.iter().filter_map(|path| {
        let (_, extension) = path.rsplit_once('.')?;
        Some((extension.to_owned(), Json::from(url(path))))
    });
    let index = Index {
        title: register.text("title").to_owned(),
        changes: resources.pop().unwrap_or_default(),
        resources,
        updated_at: envelope::moment(register.at),
        citation: dataset_version::citation(&register, &state.public_url),
        dataset: dataset.collect(),
        search: url("/v1/search"),
        catalog: url("/catalog"),
        data_package: url("/datapackage.json"),
        openapi: url("/openapi.json"),
        documentation: url("/docs/"),
    };
    let data = serde_json::to_string(&index).unwrap_or_default();
    let links = envelope::Links {
        this: url::address(&state, request.path(), &[]),
    };
    let body = envelope::envelope(&data, &envelope::Meta::of(&register), &links);
    Ok(headers::json(&request, &register, body, None))
}

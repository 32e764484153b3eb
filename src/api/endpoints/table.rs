//! The endpoint table itself. Its order is that of the OpenAPI document; everything in this folder reads it.

use crate::api::{
    catalog,
    endpoints::{
        endpoint::{Copied, Endpoint, Extensions, Handler},
        negotiated,
    },
    export::full::{self, Whole},
    handlers::{
        api_root, citation, docs, health, history, home, problems, record, scorecard, search,
        stats, well_known,
    },
    openapi::{discovery, document, files, operations},
    request::accept::Format,
};
use actix_web::web::get;

/// Every endpoint: first those of each resource, then those of the whole register, last those of the service.
pub static ENDPOINTS: &[Endpoint] = &[
    Endpoint::each(
        "/v1/{resource}",
        |resource| get().to(move |request, state| negotiated::list(resource, request, state)),
        operations::list,
    )
    .with(Extensions::Each(|resource| {
        extensions(Format::of(resource))
    }))
    .copied(Copied::List)
    .in_sitemap(),
    Endpoint::each(
        "/v1/{resource}/stats",
        |resource| get().to(move |request, state| stats::get(resource, request, state)),
        operations::stats,
    )
    .with(Extensions::One(|| extensions(stats::FORMATS.to_vec()))),
    Endpoint::some(
        "/v1/{resource}/{id}/scorecard",
        |resource| resource.behaviour.has_scorecards,
        |resource| get().to(move |request, id, state| scorecard::get(resource, request, id, state)),
        operations::scorecard,
    )
    .copied(Copied::Part),
    Endpoint::each(
        "/v1/{resource}/{id}",
        |resource| get().to(move |request, id, state| record::get(resource, request, id, state)),
        operations::get,
    )
    .copied(Copied::Specially),
    Endpoint::each(
        "/v1/{resource}/{id}/history",
        |resource| get().to(move |request, id, state| history::get(resource, request, id, state)),
        operations::history,
    )
    .copied(Copied::Specially),
    Endpoint::each(
        "/v1/{resource}/{id}/citation",
        |resource| {
            get()
                .to(move |request, path, state| citation::of_record(resource, request, path, state))
        },
        discovery::citation,
    )
    .with(Extensions::One(|| citation::extensions().collect()))
    .copied(Copied::Part),
    Endpoint::each(
        "/v1/{resource}.csv-metadata.json",
        |resource| {
            get().to(move |request, state| well_known::table_metadata(resource, request, state))
        },
        discovery::table_metadata,
    )
    .copied(Copied::Text),
    Endpoint::one("/openapi.json", || get().to(document::get), Vec::new)
        .copied(Copied::Text)
        .described(
            "service-desc",
            &[("", "application/json")],
            Some("the OpenAPI document: every path and parameter"),
        ),
    Endpoint::one("/", || get().to(home::get), Vec::new).in_sitemap(),
    Endpoint::one("/docs/{file:.*}", || get().to(docs::get), Vec::new)
        .in_sitemap()
        .described(
            "service-doc",
            &[("", "text/html")],
            Some("the same for people"),
        ),
    Endpoint::one(
        "/v1/changes",
        || get().to(negotiated::changes),
        operations::changes,
    )
    .with(Extensions::One(|| extensions(Format::of_changes())))
    .copied(Copied::List)
    .in_sitemap(),
    Endpoint::one("/v1/search", || get().to(search::get), operations::search),
    Endpoint::one("/v1", || get().to(api_root::get), operations::index)
        .copied(Copied::Specially)
        .in_sitemap(),
    Endpoint::one("/v1/", || get().to(api_root::get), Vec::new),
    Endpoint::one(
        "/v1/dataset.zip",
        || get().to(|request, state| full::get(Whole::Zip, request, state)),
        || files::whole(Whole::Zip),
    )
    .copied(Copied::File),
    Endpoint::one(
        "/v1/dataset.sqlite",
        || get().to(|request, state| full::get(Whole::Sqlite, request, state)),
        || files::whole(Whole::Sqlite),
    )
    .copied(Copied::File),
    Endpoint::one(
        "/v1/dataset.xlsx",
        || get().to(|request, state| full::get(Whole::Xlsx, request, state)),
        || files::whole(Whole::Xlsx),
    )
    .copied(Copied::File),
    Endpoint::one(
        "/v1/citation",
        || get().to(citation::of_register),
        discovery::citation_of_register,
    )
    .with(Extensions::One(|| citation::extensions().collect()))
    .copied(Copied::Text),
    Endpoint::one("/catalog", || get().to(catalog::get), discovery::catalogue)
        .with(Extensions::One(|| catalog::extensions().collect()))
        .copied(Copied::Text)
        .in_sitemap()
        .described(
            "service-meta",
            &[
                ("", "application/ld+json"),
                (".ttl", "text/turtle"),
                (".rdf", "application/rdf+xml"),
            ],
            Some("the catalogue by DCAT-AP; also as /catalog.ttl and /catalog.rdf"),
        ),
    Endpoint::one(
        "/datapackage.json",
        || get().to(well_known::data_package),
        discovery::data_package,
    )
    .copied(Copied::Text)
    .described(
        "service-meta",
        &[("", "application/json")],
        Some("a Data Package that leads to a CSV file of each resource"),
    ),
    Endpoint::one(
        "/.well-known/api-catalog",
        || get().to(well_known::api_catalog),
        discovery::api_catalog,
    )
    .copied(Copied::Specially),
    Endpoint::one(
        "/.well-known/security.txt",
        || get().to(well_known::security),
        discovery::security,
    ),
    Endpoint::one(
        "/robots.txt",
        || get().to(well_known::robots),
        discovery::robots,
    )
    .copied(Copied::Specially),
    Endpoint::one(
        "/sitemap.xml",
        || get().to(well_known::sitemap),
        discovery::sitemap,
    )
    .copied(Copied::Specially),
    Endpoint::one("/llms.txt", || get().to(well_known::llms), discovery::llms)
        .copied(Copied::Specially)
        .in_sitemap()
        .described("service-doc", &[("", "text/markdown")], None),
    Endpoint::one("/problems/{name}", || get().to(problems::problem), Vec::new),
    Endpoint::one(
        "/healthz",
        || get().to(health::is_alive),
        operations::is_alive,
    )
    .for_operators(),
    Endpoint::one(
        "/readyz",
        || get().to(health::is_ready),
        operations::is_ready,
    )
    .for_operators()
    .described("status", &[("", "application/json")], None),
    Endpoint::new(
        "/metrics",
        Handler::Server {
            operations: operations::metrics,
        },
    )
    .for_operators(),
];

fn extensions(formats: Vec<Format>) -> Vec<&'static str> {
    formats.into_iter().map(Format::extension).collect()
}

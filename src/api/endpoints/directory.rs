//! Makes the directory of what can be had without a question from the endpoint table. Routes hold it for their
//! handlers, and the snapshot asks for it.

use crate::{
    api::{
        directory::{Description, Directory, List, Records},
        endpoints::{
            endpoint::{Copied, Endpoint, Extensions, path_of},
            paths::paths,
            table::ENDPOINTS,
        },
    },
    database::{RESOURCES, model::resource::Resource},
};

/// The directory of the service.
pub fn directory() -> Directory {
    Directory {
        lists: lists(),
        files: copied(Copied::File),
        texts: copied(Copied::Text),
        sitemap: sitemap(),
        descriptions: descriptions(),
        operations: paths,
    }
}

/// Every list: of the resources in their order, then of the changes.
fn lists() -> Vec<List> {
    let lists = ENDPOINTS.iter().filter(|it| it.copy == Copied::List);
    let lists = lists.flat_map(|endpoint| {
        let of_resources = RESOURCES.into_iter().filter(|one| endpoint.is_of(one));
        let of_resources = of_resources.map(|resource| List {
            name: resource.name.to_owned(),
            about: resource.about,
            path: path_of(endpoint.path, resource),
            extensions: endpoint.extensions.of(resource),
            records: Some(records(resource)),
        });
        let changes = (!endpoint.is_of_resources()).then(|| List {
            name: "changes".to_owned(),
            about: "Every change of a record, in order.",
            path: endpoint.path.to_owned(),
            extensions: endpoint.extensions.of_register(),
            records: None,
        });
        of_resources.chain(changes)
    });
    lists.collect()
}

fn records(resource: &'static Resource) -> Records {
    let parts = ENDPOINTS
        .iter()
        .filter(|it| it.copy == Copied::Part && it.is_of(resource));
    let name = |part: &Endpoint| part.path.rsplit('/').next().unwrap_or_default();
    Records {
        label: resource.label().map(|column| column.name),
        have_scorecards: parts.clone().any(|part| name(part) == "scorecard"),
        parts: parts
            .flat_map(|part| {
                let extensions = part.extensions.of(resource).into_iter();
                extensions.map(move |extension| format!("{}.{extension}", name(part)))
            })
            .collect(),
    }
}

/// The paths of what is copied so, in each format.
fn copied(how: Copied) -> Vec<String> {
    let endpoints = ENDPOINTS.iter().filter(|it| it.copy == how);
    let paths = endpoints.flat_map(|endpoint| {
        if endpoint.is_of_resources() {
            let resources = RESOURCES.into_iter().filter(|one| endpoint.is_of(one));
            return resources
                .map(|one| path_of(endpoint.path, one))
                .collect::<Vec<_>>();
        }
        match endpoint.extensions.of_register().as_slice() {
            [] => vec![endpoint.path.to_owned()],
            extensions => {
                let path = |extension| format!("{}.{extension}", endpoint.path);
                extensions.iter().map(path).collect()
            }
        }
    });
    paths.collect()
}

/// The paths that a search engine should know: of pages and the register, then of each list.
fn sitemap() -> Vec<String> {
    let (lists, pages): (Vec<_>, Vec<_>) = ENDPOINTS
        .iter()
        .filter(|endpoint| endpoint.is_in_sitemap)
        .partition(|endpoint| endpoint.is_of_resources());
    let pages = pages.into_iter().map(shown);
    let lists = lists.into_iter().flat_map(|endpoint| {
        let resources = RESOURCES.into_iter().filter(|one| endpoint.is_of(one));
        resources.map(|one| path_of(endpoint.path, one))
    });
    pages.chain(lists).collect()
}

fn descriptions() -> Vec<Description> {
    let described = ENDPOINTS.iter().filter_map(|endpoint| {
        let description = endpoint.description.as_ref()?;
        let path = shown(endpoint);
        let types = description.types.iter();
        Some(Description {
            relation: description.relation,
            types: types
                .map(|(ending, kind)| (format!("{path}{ending}"), *kind))
                .collect(),
            path,
            about: description.about,
        })
    });
    described.collect()
}

/// The path of an endpoint as it leads to it: without a part that is open.
fn shown(endpoint: &Endpoint) -> String {
    let path = endpoint.path.split('{').next();
    path.unwrap_or_default().to_owned()
}

impl Extensions {
    fn of(&self, resource: &Resource) -> Vec<&'static str> {
        match self {
            Self::Each(extensions) => extensions(resource),
            _ => self.of_register(),
        }
    }

    fn of_register(&self) -> Vec<&'static str> {
        match self {
            Self::One(extensions) => extensions(),
            _ => Vec::new(),
        }
    }
}

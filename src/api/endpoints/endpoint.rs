//! A row of the endpoint table: a path with all that is known of it. `table` has the rows.

use crate::{api::openapi::operation::Operations, database::model::resource::Resource};
use actix_web::Route;

/// What stands in the path of an endpoint that each resource has.
const RESOURCE: &str = "{resource}";

/// A path, and what is known of it.
pub struct Endpoint {
    /// `/v1/{resource}/{id}/citation`
    pub path: &'static str,
    pub handler: Handler,
    /// What may follow the path after a point.
    pub extensions: Extensions,
    pub audience: Audience,
    pub copy: Copied,
    pub is_in_sitemap: bool,
    pub description: Option<Described>,
}

/// What answers, and its operations in the OpenAPI document.
pub enum Handler {
    /// An endpoint of each of some resources.
    Each {
        has_it: fn(&Resource) -> bool,
        route: fn(&'static Resource) -> Route,
        operations: fn(&'static Resource) -> Operations,
    },
    One {
        route: fn() -> Route,
        operations: fn() -> Operations,
    },
    /// The server answers by itself.
    Server { operations: fn() -> Operations },
}

/// The extensions of a path.
pub enum Extensions {
    None,
    Each(fn(&Resource) -> Vec<&'static str>),
    One(fn() -> Vec<&'static str>),
}

/// Who asks.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Anybody. What is answered with an entity tag is kept in the response cache.
    Clients,
    /// Whoever runs the service: never kept, and no business of pages of other sites.
    Operators,
}

/// How a snapshot has it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Copied {
    Not,
    /// In a way of its own, which the snapshot knows.
    Specially,
    /// Page by page, in each format.
    List,
    /// Beside each record, in each format.
    Part,
    /// As a text, in each format.
    Text,
    /// As a file that is no text.
    File,
}

/// How others are told of it: with which relation, as which types, and in which words.
pub struct Described {
    pub relation: &'static str,
    /// Each type with what follows the path.
    pub types: &'static [(&'static str, &'static str)],
    pub about: Option<&'static str>,
}

impl Endpoint {
    /// An endpoint that each resource has.
    pub const fn each(
        path: &'static str,
        route: fn(&'static Resource) -> Route,
        operations: fn(&'static Resource) -> Operations,
    ) -> Self {
        let has_it = |_: &Resource| true;
        Self::new(
            path,
            Handler::Each {
                has_it,
                route,
                operations,
            },
        )
    }

    /// An endpoint that some resources have.
    pub const fn some(
        path: &'static str,
        has_it: fn(&Resource) -> bool,
        route: fn(&'static Resource) -> Route,
        operations: fn(&'static Resource) -> Operations,
    ) -> Self {
        Self::new(
            path,
            Handler::Each {
                has_it,
                route,
                operations,
            },
        )
    }

    /// An endpoint of the register as a whole, or of the service.
    pub const fn one(
        path: &'static str,
        route: fn() -> Route,
        operations: fn() -> Operations,
    ) -> Self {
        Self::new(path, Handler::One { route, operations })
    }

    pub const fn new(path: &'static str, handler: Handler) -> Self {
        Self {
            path,
            handler,
            extensions: Extensions::None,
            audience: Audience::Clients,
            copy: Copied::Not,
            is_in_sitemap: false,
            description: None,
        }
    }

    pub const fn with(self, extensions: Extensions) -> Self {
        Self { extensions, ..self }
    }

    pub const fn for_operators(self) -> Self {
        let audience = Audience::Operators;
        Self { audience, ..self }
    }

    pub const fn copied(self, copy: Copied) -> Self {
        Self { copy, ..self }
    }

    pub const fn in_sitemap(self) -> Self {
        Self {
            is_in_sitemap: true,
            ..self
        }
    }

    pub const fn described(
        self,
        relation: &'static str,
        types: &'static [(&'static str, &'static str)],
        about: Option<&'static str>,
    ) -> Self {
        let description = Some(Described {
            relation,
            types,
            about,
        });
        Self {
            description,
            ..self
        }
    }

    /// Its patterns: the path, and the path with an extension where it has some.
    pub fn patterns(&self) -> Vec<String> {
        let with_extension = match self.extensions {
            Extensions::None => None,
            _ => Some(format!("{}.{{extension}}", self.path)),
        };
        let own = self.path.to_owned();
        [own].into_iter().chain(with_extension).collect()
    }

    /// Whether it is one of a resource.
    pub fn is_of(&self, resource: &Resource) -> bool {
        match self.handler {
            Handler::Each { has_it, .. } => has_it(resource),
            _ => false,
        }
    }

    /// Whether it is one of resources.
    pub fn is_of_resources(&self) -> bool {
        matches!(self.handler, Handler::Each { .. })
    }
}

/// A path or pattern for a resource.
pub fn path_of(path: &str, resource: &Resource) -> String {
    path.replace(RESOURCE, resource.path())
}

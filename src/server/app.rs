//! The actix application: its middleware from the outside in, and its routes. `run` serves it, the snapshot asks it.

use crate::{
    api::{self, State},
    server::{
        front_state::FrontState,
        middleware::{self, request_limits::enforce_request_limits},
        response_cache::{self, ResponseCache},
    },
};
use actix_web::{
    App, HttpResponse,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    http::header::CACHE_CONTROL,
    middleware::{Compress, from_fn},
    web::{self, ServiceConfig},
};
use prometheus::TEXT_FORMAT;

/// Which paths an application answers at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Whole,
    /// What clients read.
    Register,
    /// What whoever runs the service asks.
    Operations,
}

/// The application, ready to serve or to test. It keeps answers where its data hold
/// [`ResponseCache`], and counts, logs and limits requests where they hold a
/// [`FrontState`].
pub fn app(
    state: web::Data<State>,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody>,
        Error = actix_web::Error,
        InitError = (),
    >,
> {
    Part::Whole.app(state)
}

impl Part {
    /// The application that answers at these paths.
    pub fn app(
        self,
        state: web::Data<State>,
    ) -> App<
        impl ServiceFactory<
            ServiceRequest,
            Config = (),
            Response = ServiceResponse<impl MessageBody>,
            Error = actix_web::Error,
            InitError = (),
        >,
    > {
        App::new()
            .app_data(state)
            .configure(|config| self.routes(config))
            .wrap(from_fn(enforce_request_limits))
            .wrap(Compress::default())
            .wrap(from_fn(middleware::negotiation::settle))
            .wrap(from_fn(response_cache::keep))
            .wrap(from_fn(middleware::ranges::part))
            .wrap(middleware::request_scope::RequestScopeLayer)
    }

    fn routes(self, config: &mut ServiceConfig) {
        if self != Self::Register {
            api::operations(config, || web::get().to(metrics));
        }
        if self == Self::Operations {
            config.default_service(web::to(api::no_such_path));
        } else {
            config.configure(api::routes);
        }
    }
}

/// `/metrics`: tells what was counted.
async fn metrics(
    front: web::Data<FrontState>,
    state: web::Data<State>,
    answers: Option<web::Data<ResponseCache>>,
) -> HttpResponse {
    let answers = answers.as_deref().map(|answers| &**answers);
    match front.metrics.text(&state, answers).await {
        Ok(text) => HttpResponse::Ok()
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type(format!("{TEXT_FORMAT}; charset=utf-8"))
            .body(text),
        Err(error) => {
            log::error!("the metrics cannot be written: {error}");
            HttpResponse::InternalServerError().finish()
        }
    }
}

//! `/healthz` and `/readyz`: for whoever runs the service.

use crate::api::{Error, Result, state::State};

use actix_web::{HttpResponse, http::header, web};
use std::sync::atomic::Ordering;

fn well() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(serde_json::json!({ "status": "ok" }))
}

/// The process answers.
pub async fn is_alive() -> HttpResponse {
    well()
}

/// The database answers, its tables are those of this program, and the service is not about to stop.
pub async fn is_ready(state: web::Data<State>) -> Result<HttpResponse> {
    if state.stopping.load(Ordering::Relaxed) {
        return Err(Error::Stopping);
    }
    let ready = state.database.is_ready().await;
    ready.map_err(Error::Unavailable)?;
    Ok(well())
}

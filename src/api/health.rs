//! `/healthz` and `/readyz`: for whoever runs the service.

use super::{Error, Result, State};
use crate::database;
use actix_web::{HttpResponse, http::header, web};

fn well() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CACHE_CONTROL, "no-store"))
        .json(serde_json::json!({ "status": "ok" }))
}

/// The process answers.
pub async fn is_alive() -> HttpResponse {
    well()
}

/// The database answers, and its tables are those of this program.
pub async fn is_ready(state: web::Data<State>) -> Result<HttpResponse> {
    let database = state.database.clone();
    let checked = web::block(move || database.is_ready()).await;
    checked
        .unwrap_or(Err(database::Error::Cancelled))
        .map_err(Error::Unavailable)?;
    Ok(well())
}

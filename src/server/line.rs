//! The line that the log has of a request.

use actix_web::{
    body::{BodySize, MessageBody},
    dev::ServiceResponse,
    http::header::HeaderValue,
};
use std::{
    fmt::{self, Display, Formatter},
    net::IpAddr,
    time::Duration,
};

/// A line of the log: client, request, status, bytes, time until the answer began, id.
pub struct Line<'a> {
    pub answer: &'a ServiceResponse,
    pub client: Option<IpAddr>,
    pub took: Duration,
    pub id: &'a HeaderValue,
}

impl Display for Line<'_> {
    fn fmt(&self, line: &mut Formatter<'_>) -> fmt::Result {
        let request = self.answer.request();
        match self.client {
            Some(client) => write!(line, "{client}")?,
            None => line.write_str("-")?,
        }
        let (method, uri, version) = (request.method(), request.uri(), request.version());
        let status = self.answer.status().as_u16();
        write!(line, " \"{method} {uri} {version:?}\" {status} ")?;
        match self.answer.response().body().size() {
            BodySize::Sized(bytes) => write!(line, "{bytes}")?,
            BodySize::None => line.write_str("0")?,
            BodySize::Stream => line.write_str("-")?,
        }
        let milliseconds = self.took.as_secs_f64() * 1000.0;
        write!(line, " {milliseconds:.3}ms ")?;
        line.write_str(self.id.to_str().unwrap_or("-"))
    }
}

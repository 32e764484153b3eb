//! The front: what meets every request first and sees every answer last, whether it was kept or made.
//!
//! It settles the id of the request, asks the limiter, counts the answer and logs it.

use crate::{
    api::{self, Route, State},
    database::Caller,
    server::{
        ResponseCache,
        connection::Exchange,
        finish::finish,
        front_state::FrontState,
        middleware::{
            access_log::{self, Line},
            metrics::CLIENT_LEFT,
            request_id::{self, REQUEST_ID},
            tracking_parameters,
        },
        rate_limit::{Account, Charge},
    },
};

use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BodySize, MessageBody},
    dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready},
    http::{
        ConnectionType, StatusCode, Version,
        header::{self, HeaderValue},
    },
    web,
};
use std::{
    future::{Ready, ready},
    net::IpAddr,
    pin::Pin,
    rc::Rc,
    sync::{Arc, atomic::Ordering},
    time::Instant,
};

/// Where the requests are logged.
const LOG: &str = "aciqplan::requests";

/// Lets requests in, and their answers out.
pub struct RequestScopeLayer;

/// The service behind the front.
pub struct RequestScopeService<S> {
    next: S,
}

impl<S> Transform<S, ServiceRequest> for RequestScopeLayer
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = RequestScopeService<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, next: S) -> Self::Future {
        ready(Ok(RequestScopeService { next }))
    }
}

impl<S> Service<ServiceRequest> for RequestScopeService<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
    S::Future: 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<ServiceResponse, Error>>>>;

    forward_ready!(next);

    /// What is kept is sent at once, without a look at whatever makes answers.
    fn call(&self, mut request: ServiceRequest) -> Self::Future {
        tracking_parameters::strip(&mut request);
        let mut visit = RequestScope::begin(&request);
        if let Some(refusal) = visit.refusal() {
            visit.name(&mut request);
            let answer = finish(request.into_response(refusal));
            return Box::pin(ready(Ok(visit.end(answer))));
        }
        let answers = request.app_data::<web::Data<ResponseCache>>();
        if let Some(answer) = answers.and_then(|answers| answers.find(&request, visit.route)) {
            let answer = request.into_response(answer);
            return Box::pin(ready(Ok(visit.end(answer))));
        }
        visit.name(&mut request);
        visit.announce(&request);
        let mut awaited = Awaited::new(visit, &request);
        let answer = self.next.call(request);
        Box::pin(async move {
            let answer = answer.await;
            let visit = awaited.visit.take();
            Ok(match visit {
                Some(visit) => visit.end(answer?),
                None => answer?,
            })
        })
    }
}

/// A request whose answer is being made. Where its client leaves before that, this is dropped, and counts and logs it.
struct Awaited {
    visit: Option<RequestScope>,
    /// What the log says that was asked for.
    asked: Option<String>,
}

impl Awaited {
    fn new(visit: RequestScope, request: &ServiceRequest) -> Self {
        let asked = || access_log::asked(request.method(), request.uri(), request.version());
        Self {
            asked: visit.is_logged.then(asked),
            visit: Some(visit),
        }
    }
}

impl Drop for Awaited {
    fn drop(&mut self) {
        if let Some(visit) = self.visit.take() {
            visit.leave(self.asked.as_deref());
        }
    }
}

/// A request, from its arrival until its answer leaves.
struct RequestScope {
    began: Instant,
    id: HeaderValue,
    route: Route,
    front: Option<web::Data<FrontState>>,
    client: Option<IpAddr>,
    spent: Option<Charge>,
    /// What its work is charged to, where any is done.
    account: Option<Arc<Account>>,
    is_logged: bool,
}

impl RequestScope {
    fn begin(request: &ServiceRequest) -> Self {
        let front = request.app_data::<web::Data<FrontState>>().cloned();
        let limiter = front.as_ref().and_then(|front| front.limiter.as_ref());
        let is_logged = front.is_some() && log::log_enabled!(target: LOG, log::Level::Info);
        let origin = match &front {
            Some(front) if is_logged || limiter.is_some() => front.proxies.origin(request),
            _ => None,
        };
        Self {
            began: Instant::now(),
            id: request_id::of(request.headers()),
            route: Route::of(request.path()),
            spent: limiter.and_then(|limiter| limiter.spend(origin?)),
            account: None,
            front,
            client: origin.map(|origin| origin.address),
            is_logged,
        }
    }

    /// Writes the id into the request, for all that handle it.
    fn name(&self, request: &mut ServiceRequest) {
        request.headers_mut().insert(REQUEST_ID, self.id.clone());
    }

    /// Tells those who work for the request whom they work for.
    fn announce(&mut self, request: &ServiceRequest) {
        let account = self.spent.as_ref().and_then(Charge::account).map(Arc::new);
        let caller = match (&self.front, &account) {
            (Some(front), Some(account)) => {
                let (front, account) = (front.clone(), account.clone());
                let groups = account.groups();
                let charge = move |work| {
                    if let Some(limiter) = &front.limiter {
                        limiter.charge(&account, work);
                    }
                };
                Caller::new(groups, Box::new(charge))
            }
            _ => Caller::default(),
        };
        request.extensions_mut().insert(Arc::new(caller));
        self.account = account;
    }

    /// What is said to a client who has asked too often.
    fn refusal(&self) -> Option<HttpResponse> {
        match &self.spent {
            Some(Charge::Refused(refusal)) => {
                Some(api::Error::TooManyRequests(refusal.wait).error_response())
            }
            _ => None,
        }
    }

    /// Gives the answer what the front adds to it, counts it and logs it.
    ///
    /// What caches may keep is everybody's: it says nothing of this request or its client.
    fn end(self, mut answer: ServiceResponse) -> ServiceResponse {
        let keep = answer.headers().get(header::CACHE_CONTROL);
        let is_own = keep.is_some_and(|keep| keep == "no-store");
        if is_own {
            let id = self.id.clone();
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        if let Some(exchange) = answer.request().conn_data::<Rc<Exchange>>() {
            exchange.end();
        }
        let Some(front) = self.front else {
            return answer;
        };
        if let (Some(limiter), Some(spent), true) = (&front.limiter, &self.spent, is_own) {
            let account = self.account.as_deref();
            limiter.tell(spent, account, answer.headers_mut());
        }
        close_if_due(&mut answer);
        let took = self.began.elapsed();
        front.metrics.count(self.route, answer.status(), took);
        if self.is_logged {
            let request = answer.request();
            let line = Line {
                client: self.client,
                asked: &access_log::asked(request.method(), request.uri(), request.version()),
                status: answer.status(),
                size: answer.response().body().size(),
                took,
                id: &self.id,
            };
            log::info!(target: LOG, "{line}");
        }
        answer
    }

    /// Counts and logs a request whose client left before it was answered, with the status that nginx gives these.
    fn leave(self, asked: Option<&str>) {
        let (Some(front), Ok(status)) = (self.front, StatusCode::from_u16(CLIENT_LEFT)) else {
            return;
        };
        let took = self.began.elapsed();
        front.metrics.count(self.route, status, took);
        if let Some(asked) = asked {
            let line = Line {
                client: self.client,
                asked,
                status,
                size: BodySize::None,
                took,
                id: &self.id,
            };
            log::info!(target: LOG, "{line}");
        }
    }
}

/// Closes the connection after an answer where another node is to get the next request, as the service stops; where the
/// request had a body, of which nobody knows where it ends; and where a client of HTTP/1.0, which knows no chunks, gets a
/// body whose length is not known.
fn close_if_due(answer: &mut ServiceResponse) {
    let request = answer.request();
    let state = request.app_data::<web::Data<State>>();
    let is_stopping = state.is_some_and(|state| state.stopping.load(Ordering::Relaxed));
    let exchange = request.conn_data::<Rc<Exchange>>();
    let has_body = exchange.is_some_and(|exchange| exchange.has_body());
    let is_old = request.version() < Version::HTTP_11;
    let ends_with_connection = is_old && answer.response().body().size() == BodySize::Stream;
    if is_stopping || has_body || ends_with_connection {
        let head = answer.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
        head.no_chunking(ends_with_connection);
    }
}

//! Listens, answers, and stops in an orderly way.

use crate::{
    api::State,
    database::{Database, Timeouts},
    server::{
        ResponseCache,
        app::Part,
        connection::{Connection, Reporter},
        front_state::FrontState,
        listeners::Listeners,
        rate_limit::seconds,
        settings::{Limits, Settings},
    },
};

use actix_http::{HttpService, Protocol};
use actix_server::{Server, ServerBuilder};
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{
    App,
    body::MessageBody,
    dev::{AppConfig, ServiceFactory, ServiceRequest, ServiceResponse},
    rt::{self, net::TcpStream},
    web,
};
use std::{
    future::{poll_fn, ready},
    io,
    sync::{Arc, atomic::Ordering},
    task::Poll,
    time::Duration,
};

/// How long a connection that is closed may take to be gone.
const DISCONNECT: Duration = Duration::from_secs(5);
/// How many bytes the system may hold that are not on their way to a client.
#[cfg(target_os = "linux")]
const UNSENT: u32 = 128 << 10;

/// Listens and answers until it is told to stop.
pub async fn run(
    database: Database,
    answers: Option<ResponseCache>,
    settings: &Settings,
) -> io::Result<()> {
    let limits = &settings.limits;
    let listeners = Listeners::bind(&settings.listen, limits.backlog)?;
    let admin = settings.admin_listen.as_ref();
    let admin = admin.map(|address| Listeners::bind(address, limits.backlog));
    let admin = admin.transpose()?;
    let public_url = match &settings.public_url {
        Some(url) => url.clone(),
        None => listeners.url()?,
    };
    let database = database.with_timeouts(Timeouts {
        queue: limits.queue_timeout,
        query: limits.query_timeout,
    });
    let state = State::new(database, &public_url, settings.contact.clone());
    let state = state.with_cache(settings.cache_bytes);
    let mut state = state.with_files(settings.file_cache_bytes, settings.temporary_bytes);
    state.tells_status = admin.is_none();
    let state = web::Data::new(state);
    let front = web::Data::new(FrontState::new(limits.clone()));
    let wire = Wire::new(&state, &front, limits);
    let answers = answers.map(web::Data::new);
    let make = move |part: Part| {
        let (state, front, answers) = (state.clone(), front.clone(), answers.clone());
        move || {
            let app = part.app(state.clone()).app_data(front.clone());
            match &answers {
                Some(answers) => app.app_data(answers.clone()),
                None => app,
            }
        }
    };
    let workers = settings.workers;
    let server = Server::build()
        .workers(workers)
        .max_concurrent_connections((limits.clients as usize).div_ceil(workers))
        .shutdown_timeout(seconds(limits.shutdown_timeout))
        .shutdown_signal(stopped(wire.state().clone(), limits.shutdown_delay));
    let Some(admin) = admin else {
        let server = wire.listen(server, listeners, make(Part::Whole))?.run();
        log::info!("the register is served at {public_url}");
        return server.await;
    };
    // A thread of its own: it answers while those of the register have all that they can do.
    let own = Server::build().workers(1).disable_signals();
    let own = wire.listen(own, admin, make(Part::Operations))?.run();
    let server = wire.listen(server, listeners, make(Part::Register))?.run();
    log::info!("the register is served at {public_url}");
    let handle = own.handle();
    rt::spawn(own);
    let ended = server.await;
    handle.stop(false).await;
    ended
}

/// How connections are served, at whichever address.
#[derive(Clone)]
struct Wire {
    reporter: Arc<Reporter>,
    keep_alive: Duration,
    request_timeout: Duration,
    write_timeout: Duration,
}

impl Wire {
    fn new(state: &web::Data<State>, front: &web::Data<FrontState>, limits: &Limits) -> Self {
        Self {
            reporter: Arc::new(Reporter {
                state: state.clone(),
                front: front.clone(),
            }),
            keep_alive: limits.keep_alive,
            request_timeout: limits.request_timeout,
            write_timeout: limits.write_timeout,
        }
    }

    fn state(&self) -> &web::Data<State> {
        &self.reporter.state
    }

    /// Has a server answer at the sockets: as actix's `HttpServer` does it, which takes no other stream than its own.
    fn listen<T, B>(
        &self,
        mut server: ServerBuilder,
        listeners: Listeners,
        application: impl Fn() -> App<T> + Clone + Send + 'static,
    ) -> io::Result<ServerBuilder>
    where
        T: ServiceFactory<
                ServiceRequest,
                Config = (),
                Response = ServiceResponse<B>,
                Error = actix_web::Error,
                InitError = (),
            > + 'static,
        T::Future: 'static,
        T::Service: 'static,
        B: MessageBody + 'static,
    {
        let stopping = server.graceful_shutdown_signal();
        for socket in listeners.sockets {
            let (wire, application) = (self.clone(), application.clone());
            let stopping = stopping.clone();
            server = server.listen("http", socket, move || {
                let (wire, stopping) = (wire.clone(), stopping.clone());
                let http = HttpService::build()
                    .graceful_shutdown_signal(move || {
                        let stopping = stopping.clone();
                        async move { stopping.notified().await }
                    })
                    .keep_alive(wire.keep_alive)
                    .client_request_timeout(wire.request_timeout)
                    .client_disconnect_timeout(DISCONNECT)
                    // Who closes has left, and what is made for it ends.
                    .h1_allow_half_closed(false)
                    .on_connect_ext(|connection: &Connection, data| {
                        data.insert(connection.exchange());
                    });
                let factory = application().into_factory();
                let factory = factory.map_err(|error: actix_web::Error| error.error_response());
                let http = http.finish(map_config(factory, |()| AppConfig::default()));
                fn_service(move |stream: TcpStream| {
                    hold_little(&stream);
                    let (request, write) = (wire.request_timeout, wire.write_timeout);
                    let reporter = wire.reporter.clone();
                    let connection = Connection::new(stream, request, write, reporter);
                    let peer = connection.peer();
                    ready(Ok((connection, Protocol::Http1, peer)))
                })
                .and_then(http)
            })?;
        }
        Ok(server)
    }
}

/// Ends when the service is to stop: not at once, so that others notice before it hears no more.
async fn stopped(state: web::Data<State>, delay: Duration) {
    shutdown_signal().await;
    log::info!("the service stops");
    state.stopping.store(true, Ordering::Relaxed);
    rt::time::sleep(delay).await;
}

#[cfg(unix)]
async fn shutdown_signal() {
    use rt::signal::unix::{SignalKind, signal};
    let signals = [SignalKind::terminate(), SignalKind::interrupt()].map(signal);
    let [Ok(mut terminate), Ok(mut interrupt)] = signals else {
        log::error!("signals cannot be heard; the service stops when it is killed");
        return std::future::pending().await;
    };
    poll_fn(|context| {
        let is_told =
            terminate.poll_recv(context).is_ready() || interrupt.poll_recv(context).is_ready();
        if is_told {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[cfg(not(unix))]
async fn shutdown_signal() {
    if rt::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Has the system hold little that is not on its way yet, so that a slow client takes it bit by bit and not in lumps of
/// megabytes, and many of them fill no memory.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "Linux has it")
)]
fn hold_little(connection: &TcpStream) {
    // Where it cannot be set the connection is as it was.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(connection).set_tcp_notsent_lowat(UNSENT);
}

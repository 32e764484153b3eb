//! Listens, answers, and stops in an orderly way.

use super::{
    Answers, app,
    connection::{Connection, Reporter},
    front::Front,
    limiter::seconds,
    listeners::Listeners,
};
use crate::{
    api::State,
    config::Serve,
    database::{Database, Patience},
};
use actix_http::{HttpService, Protocol};
use actix_server::Server;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::{
    dev::AppConfig,
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

/// Listens and answers until it is told to stop.
pub async fn run(database: Database, answers: Option<Answers>, settings: &Serve) -> io::Result<()> {
    let limits = &settings.limits;
    let listeners = Listeners::bind(&settings.listen, limits.backlog)?;
    let public_url = match &settings.public_url {
        Some(url) => url.clone(),
        None => listeners.url()?,
    };
    let database = database.with_patience(Patience {
        queue: limits.queue_timeout,
        query: limits.query_timeout,
    });
    let state = web::Data::new(
        State::new(database, &public_url, settings.contact.clone())
            .with_file_cache(settings.file_cache_bytes),
    );
    let front = web::Data::new(Front::new(limits));
    let stop = stopped(state.clone(), limits.shutdown_delay);
    let write_timeout = limits.write_timeout;
    let workers = settings.threads();
    let clients = (limits.clients as usize).div_ceil(workers);
    let answers = answers.map(web::Data::new);
    let reporter = Arc::new(Reporter {
        state: state.clone(),
        front: front.clone(),
    });
    let application = move || {
        let app = app(state.clone()).app_data(front.clone());
        match &answers {
            Some(answers) => app.app_data(answers.clone()),
            None => app,
        }
    };
    let mut server = Server::build()
        .workers(workers)
        .max_concurrent_connections(clients)
        .shutdown_timeout(seconds(limits.shutdown_timeout))
        .shutdown_signal(stop);
    let stopping = server.graceful_shutdown_signal();
    let (keep_alive, request_timeout) = (limits.keep_alive, limits.request_timeout);
    for socket in listeners.sockets {
        let (application, reporter) = (application.clone(), reporter.clone());
        let stopping = stopping.clone();
        // As actix's `HttpServer` does it, which takes no other stream than its own.
        server = server.listen("http", socket, move || {
            let (reporter, stopping) = (reporter.clone(), stopping.clone());
            let http = HttpService::build()
                .graceful_shutdown_signal(move || {
                    let stopping = stopping.clone();
                    async move { stopping.notified().await }
                })
                .keep_alive(keep_alive)
                .client_request_timeout(request_timeout)
                .client_disconnect_timeout(DISCONNECT)
                .on_connect_ext(|connection: &Connection, data| {
                    data.insert(connection.exchange());
                });
            let factory = application().into_factory();
            let factory = factory.map_err(|error: actix_web::Error| error.error_response());
            let http = http.finish(map_config(factory, |()| AppConfig::default()));
            fn_service(move |stream: TcpStream| {
                leave_the_idle(&stream, write_timeout);
                let connection = Connection::new(stream, request_timeout, reporter.clone());
                let peer = connection.peer();
                ready(Ok((connection, Protocol::Http1, peer)))
            })
            .and_then(http)
        })?;
    }
    log::info!("the register is served at {public_url}");
    server.run().await
}

/// Ends when the service is to stop: not at once, so that others notice before it hears no more.
async fn stopped(state: web::Data<State>, delay: Duration) {
    told_to_stop().await;
    log::info!("the service stops");
    state.stopping.store(true, Ordering::Relaxed);
    rt::time::sleep(delay).await;
}

#[cfg(unix)]
async fn told_to_stop() {
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
async fn told_to_stop() {
    if rt::signal::ctrl_c().await.is_err() {
        std::future::pending().await
    }
}

/// Has the system end a connection whose client takes nothing for so long.
#[cfg_attr(
    not(target_os = "linux"),
    expect(unused_variables, reason = "Linux has it")
)]
fn leave_the_idle(connection: &TcpStream, after: Duration) {
    // Where it cannot be set the connection is as it was.
    #[cfg(target_os = "linux")]
    let _ = socket2::SockRef::from(connection).set_tcp_user_timeout(Some(after));
}

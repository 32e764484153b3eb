//! Listens, answers, and stops in an orderly way.

use super::{Answers, app, front::Front, limiter::seconds, listeners::Listeners};
use crate::{
    api::State,
    config::Serve,
    database::{Database, Patience},
};
use actix_web::{HttpServer, rt, web};
use std::{any::Any, future::poll_fn, io, sync::atomic::Ordering, task::Poll, time::Duration};

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
    let state = web::Data::new(State::new(database, &public_url, settings.contact.clone()));
    let front = web::Data::new(Front::new(limits));
    let stop = stopped(state.clone(), limits.shutdown_delay);
    let write_timeout = limits.write_timeout;
    let workers = settings.threads();
    let clients = (limits.clients as usize).div_ceil(workers);
    let answers = answers.map(web::Data::new);
    let application = move || {
        let app = app(state.clone()).app_data(front.clone());
        match &answers {
            Some(answers) => app.app_data(answers.clone()),
            None => app,
        }
    };
    let mut server = HttpServer::new(application)
        .workers(workers)
        .max_connections(clients)
        .keep_alive(limits.keep_alive)
        .client_request_timeout(limits.request_timeout)
        .client_disconnect_timeout(DISCONNECT)
        .shutdown_timeout(seconds(limits.shutdown_timeout))
        .shutdown_signal(stop)
        .on_connect(move |connection, _| leave_the_idle(connection, write_timeout));
    for socket in listeners.sockets {
        server = server.listen(socket)?;
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
fn leave_the_idle(connection: &dyn Any, after: Duration) {
    #[cfg(target_os = "linux")]
    if let Some(connection) = connection.downcast_ref::<rt::net::TcpStream>() {
        // Where it cannot be set the connection is as it was.
        let _ = socket2::SockRef::from(connection).set_tcp_user_timeout(Some(after));
    }
}

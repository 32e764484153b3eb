//! A service that is told to stop ends what it has begun, and lets others know before.
#![cfg(unix)]

use aciqplan::database::Database;
use diesel::connection::SimpleConnection;
use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command},
    thread::sleep,
    time::Duration,
};
use tempfile::TempDir;

/// More rows than the buffers between a service and its client hold.
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) \
    INSERT INTO sources (id, title, title_key, kind, language, note, revision, created_at, updated_at) \
    SELECT 'source-' || i, 'Source', '', 'report', 'en', printf('%.500c', 'x'), 1, \
    '2026-11-21 08:00:00', '2026-11-21 08:00:00' FROM n";

struct Service {
    process: Child,
    address: SocketAddr,
    _folder: TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn start(settings: &[&str]) -> Service {
    let folder = TempDir::new().unwrap();
    let url = format!(
        "sqlite://{}",
        folder.path().join("register.sqlite").display()
    );
    let database = Database::open(&url, 1).unwrap();
    let mut connection = database.connection().unwrap();
    connection.batch_execute(ROWS).unwrap();
    drop(connection);
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let process = Command::new(env!("CARGO_BIN_EXE_aciqplan"))
        .args([
            "serve",
            "--empty",
            "--listen",
            &address.to_string(),
            "--database",
            &url,
        ])
        .args(settings)
        .env("RUST_LOG", "warn")
        .spawn()
        .unwrap();
    let service = Service {
        process,
        address,
        _folder: folder,
    };
    for _ in 0..300 {
        if status(&service, "/readyz").as_deref() == Some("200") {
            return service;
        }
        sleep(Duration::from_millis(50));
    }
    panic!("the service did not start");
}

/// Asks and reads the head of the answer; `None` where nobody listens.
fn ask(service: &Service, path: &str) -> Option<(String, BufReader<TcpStream>)> {
    let mut connection = TcpStream::connect(service.address).ok()?;
    connection
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    write!(
        connection,
        "GET {path} HTTP/1.1\r\nHost: register.example\r\n\r\n"
    )
    .ok()?;
    let mut answer = BufReader::new(connection);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if answer.read_line(&mut head).ok()? == 0 {
            return None;
        }
    }
    Some((head, answer))
}

fn status(service: &Service, path: &str) -> Option<String> {
    let (head, _) = ask(service, path)?;
    head.split(' ').nth(1).map(str::to_owned)
}

fn tell_to_stop(service: &Service) {
    let pid = service.process.id().to_string();
    // By the shell, as not every system has a program of that name.
    let told = Command::new("sh")
        .args(["-c", &format!("kill -TERM {pid}")])
        .status();
    assert!(told.unwrap().success());
}

#[test]
fn a_slow_download_is_ended_while_the_service_is_not_ready_any_more() {
    let mut service = start(&["--shutdown-delay", "2", "--shutdown-timeout", "20"]);
    let (head, mut body) = ask(&service, "/v1/sources.ndjson").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    tell_to_stop(&service);
    sleep(Duration::from_millis(500));
    // It answers on, so that a balancer hears that it should not be asked.
    assert_eq!(status(&service, "/readyz").as_deref(), Some("503"));
    let (head, _) = ask(&service, "/healthz").unwrap();
    assert!(head.starts_with("HTTP/1.1 200"), "{head}");
    assert!(
        head.to_ascii_lowercase().contains("connection: close"),
        "{head}"
    );
    sleep(Duration::from_secs(3));
    assert!(
        ask(&service, "/healthz").is_none(),
        "nobody listens any more"
    );
    assert_eq!(
        service.process.try_wait().unwrap(),
        None,
        "the download is under way"
    );
    let mut last = Vec::new();
    let mut chunk = vec![0; 1 << 16];
    let mut size = 0;
    loop {
        let read = body.read(&mut chunk).unwrap();
        if read == 0 {
            break;
        }
        size += read;
        last.extend_from_slice(&chunk[..read]);
        last.drain(..last.len().saturating_sub(5));
    }
    assert_eq!(
        last, b"0\r\n\r\n",
        "the last chunk says that this is the end"
    );
    assert!(size > 20_000_000, "{size}");
    assert!(service.process.wait().unwrap().success());
}

#[test]
fn a_client_that_reads_nothing_does_not_keep_a_service_from_stopping() {
    let mut service = start(&["--shutdown-timeout", "1"]);
    let _reads_nothing = ask(&service, "/v1/sources.ndjson").unwrap();
    let _idle = ask(&service, "/healthz").unwrap();
    tell_to_stop(&service);
    for _ in 0..100 {
        if let Some(ended) = service.process.try_wait().unwrap() {
            return assert!(ended.success(), "{ended}");
        }
        sleep(Duration::from_millis(100));
    }
    panic!("the service did not stop");
}

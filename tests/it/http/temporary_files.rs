//! Files that are written before they are sent: who waits for whom, how much they take, and what is left of them.

use super::wire::{Service, raw, request};
use aciqplan::database::Database;
use diesel::connection::SimpleConnection;
use socket2::{Domain, Socket, Type};
use std::{
    io::{Read, Write},
    net::TcpStream,
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// More bytes than the systems between a service and its client hold: 24 MB.
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) \
    INSERT INTO sources (id, title, title_key, kind, language, note, revision, created_at, updated_at) \
    SELECT 'source-' || i, 'Source', '', 'report', 'en', printf('%.500c', 'x'), 1, \
    '2026-11-21 08:00:00', '2026-11-21 08:00:00' FROM n";
const CSV: &str = "/v1/sources.csv";

fn start(settings: &[&str], temporary: &TempDir) -> Service {
    let service = Service::start_in(settings, Some(temporary.path()));
    let database = Database::open(&service.url, 1).unwrap();
    database.connection().unwrap().batch_execute(ROWS).unwrap();
    service
}

/// A client that asks, and whose system takes little before it does.
fn slow_client(service: &Service, path: &str) -> TcpStream {
    sends(service, &request(path))
}

/// The same, of an address that a proxy names, with other headers.
fn client_at(service: &Service, address: &str, path: &str, headers: &str) -> TcpStream {
    let request = request(path);
    let (line, rest) = request.split_once("\r\n").unwrap();
    let forwarded = format!("{line}\r\nX-Forwarded-For: {address}\r\n{headers}{rest}");
    sends(service, &forwarded)
}

/// Has a file finished before it is sent.
const PART: &str = "Range: bytes=0-\r\n";

fn sends(service: &Service, request: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(64 << 10).unwrap();
    socket.connect(&service.address.into()).unwrap();
    let mut client = TcpStream::from(socket);
    client
        .set_read_timeout(Some(Duration::from_secs(30)))
        .unwrap();
    client.write_all(request.as_bytes()).unwrap();
    client
}

/// The status of an answer that has begun.
fn status(client: &mut TcpStream) -> u16 {
    let mut line = [0; 12];
    client.read_exact(&mut line).unwrap();
    let line = String::from_utf8_lossy(&line).into_owned();
    line.strip_prefix("HTTP/1.1 ").unwrap().parse().unwrap()
}

/// Reads to the end; whether that is the end of the answer.
fn is_whole(client: &mut TcpStream, mut read: Vec<u8>) -> bool {
    let ended = client.read_to_end(&mut read);
    ended.is_ok() && read.ends_with(b"\r\n0\r\n\r\n")
}

#[test]
fn who_reads_nothing_of_a_download_holds_nothing_that_others_need() {
    let folder = TempDir::new().unwrap();
    // Two downloads may run at once.
    let service = start(&["--empty", "--connections", "4"], &folder);
    let stalled: Vec<TcpStream> = (0..2).map(|_| slow_client(&service, CSV)).collect();
    let began = Instant::now();
    for path in [CSV, "/v1/sources.ndjson", "/v1/sources?limit=1"] {
        // They are read in seconds, and wait for their clients for far longer.
        let is_answered = || {
            let mut answer = String::new();
            let mut client = slow_client(&service, path);
            client.read_to_string(&mut answer).unwrap();
            answer.starts_with("HTTP/1.1 200 ")
        };
        while !is_answered() {
            let took = began.elapsed();
            assert!(took < Duration::from_secs(25), "{path} waits: {took:?}");
        }
    }
    for mut client in stalled {
        assert!(
            is_whole(&mut client, Vec::new()),
            "what was spooled is sent"
        );
    }
}

#[test]
fn who_reads_slowly_gets_all_and_who_reads_nothing_is_left() {
    let folder = TempDir::new().unwrap();
    let service = start(&["--empty", "--write-timeout", "2"], &folder);
    let mut steady = slow_client(&service, CSV);
    let mut stalled = slow_client(&service, CSV);
    let mut read = Vec::new();
    for _ in 0..80 {
        let mut some = vec![0; 20 << 10];
        steady.read_exact(&mut some).unwrap();
        read.extend_from_slice(&some);
        sleep(Duration::from_millis(100));
    }
    assert!(is_whole(&mut steady, read), "the steady one has all");
    assert!(
        !is_whole(&mut stalled, Vec::new()),
        "the stalled one was left"
    );
}

#[test]
fn files_for_which_there_is_no_room_are_a_problem_and_their_room_is_given_back() {
    let folder = TempDir::new().unwrap();
    let settings = [
        "--empty",
        "--temporary-bytes",
        "2097152",
        "--file-cache-bytes",
        "0",
    ];
    let service = start(&settings, &folder);
    for path in [
        "/v1/sources.xlsx",
        "/v1/dataset.xlsx",
        "/v1/dataset.zip",
        "/v1/dataset.sqlite",
    ] {
        let refused = raw(&service.send(&[request(path).as_bytes()]));
        assert_eq!(refused.status, 503, "{path}: {}", refused.body);
        assert!(refused.head.contains("retry-after: 30"), "{}", refused.head);
        let kind = refused.json()["type"].as_str().unwrap().to_owned();
        assert!(kind.ends_with("/problems/storage-full"), "{path}: {kind}");
    }
    for path in ["/v1/plans.xlsx", "/v1/plans.parquet", "/healthz"] {
        let mut client = slow_client(&service, path);
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).unwrap();
        assert!(answer.starts_with(b"HTTP/1.1 200 "), "{path}");
    }
    // What is sent while it is read needs no room: its client is waited for.
    assert!(is_whole(&mut slow_client(&service, CSV), Vec::new()));
}

#[test]
fn a_client_has_a_quarter_of_the_turns_for_downloads_and_of_the_room_for_slow_clients() {
    let folder = TempDir::new().unwrap();
    // Eight downloads may run at once, and 16 MiB wait for one client: less than a download.
    let settings = ["--empty", "--connections", "16", "--temporary-bytes"];
    let service = start(&[&settings[..], &["67108864"]].concat(), &folder);
    let (one, other) = ("203.0.113.5", "203.0.113.6");
    let mut stalled = Vec::new();
    for _ in 0..2 {
        let mut client = client_at(&service, one, CSV, "");
        assert_eq!(status(&mut client), 200);
        stalled.push(client);
    }
    let began = Instant::now();
    let mut refused = String::new();
    let mut third = client_at(&service, one, "/v1/sources.ndjson", "");
    third.read_to_string(&mut refused).unwrap();
    let refused = raw(&refused);
    assert_eq!(refused.status, 429, "{}", refused.body);
    assert!(refused.head.contains("retry-after: 2"), "{}", refused.head);
    let problem = refused.json();
    assert!(problem["detail"].as_str().unwrap().contains("at once"));
    let took = began.elapsed();
    assert!(
        took >= Duration::from_secs(4),
        "it waits its turn: {took:?}"
    );
    // Others find turns, and room for files.
    for (headers, expected) in [("", 200), (PART, 206)] {
        let mut client = client_at(&service, other, CSV, headers);
        assert_eq!(status(&mut client), expected, "{headers}");
        client.read_to_end(&mut Vec::new()).unwrap();
    }
    for mut client in stalled {
        assert!(
            is_whole(&mut client, Vec::new()),
            "it gets all all the same"
        );
    }
}

#[test]
fn files_that_wait_for_a_client_are_a_quarter_of_the_room() {
    let folder = TempDir::new().unwrap();
    let settings = ["--empty", "--temporary-bytes", "268435456"];
    let service = start(&settings, &folder);
    let (one, other) = ("203.0.113.5", "203.0.113.6");
    // Files of 24 MB, each another one.
    let part = |address: &str, number: u32| {
        let path = format!("{CSV}?id[ne]=source-{number}");
        client_at(&service, address, &path, PART)
    };
    let mut waiting = Vec::new();
    for (number, expected) in [(1, 206), (2, 206), (3, 429), (2, 206)] {
        let mut client = part(one, number);
        assert_eq!(status(&mut client), expected, "{number}");
        waiting.push(client);
    }
    assert_eq!(status(&mut part(other, 4)), 206);
    drop(waiting);
    let began = Instant::now();
    while status(&mut part(one, 3)) != 206 {
        assert!(
            began.elapsed() < Duration::from_secs(20),
            "room is given back"
        );
    }
}

#[test]
fn a_service_that_is_killed_leaves_no_file_behind() {
    let folder = TempDir::new().unwrap();
    let mut service = start(&["--empty"], &folder);
    let clients = ["csv", "xlsx", "parquet"].map(|kind| format!("/v1/sources.{kind}"));
    let wholes = ["zip", "sqlite", "xlsx"].map(|kind| format!("/v1/dataset.{kind}"));
    let clients = clients.iter().chain(&wholes);
    let clients: Vec<TcpStream> = clients.map(|path| slow_client(&service, path)).collect();
    for _ in 0..30 {
        sleep(Duration::from_millis(100));
        let named = std::fs::read_dir(folder.path()).unwrap().flatten();
        let named: Vec<_> = named.map(|entry| entry.file_name()).collect();
        assert!(named.is_empty(), "{named:?}");
    }
    service.process.kill().unwrap();
    drop(clients);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

//! What one client may do with a connection: one request at a time, heads within a time, and no bodies.

use super::wire::{Service, request};
use std::{
    io::{ErrorKind, Read, Write},
    net::TcpStream,
    thread::{self, sleep},
    time::{Duration, Instant},
};

fn connect(service: &Service) -> TcpStream {
    let connection = TcpStream::connect(service.address).unwrap();
    let patience = Some(Duration::from_secs(20));
    connection.set_read_timeout(patience).unwrap();
    connection.set_write_timeout(patience).unwrap();
    connection
}

/// All that comes until the service closes the connection.
fn rest(connection: &mut TcpStream) -> String {
    let mut rest = Vec::new();
    if let Err(error) = connection.read_to_end(&mut rest) {
        assert_eq!(error.kind(), ErrorKind::ConnectionReset, "it stays open");
    }
    String::from_utf8_lossy(&rest).into_owned()
}

/// Reads one answer, with a body where its request has one coming.
fn answer(connection: &mut TcpStream, has_body: bool) -> (String, String) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        connection.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    assert!(head.starts_with("http/1.1 "), "{head:?}");
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length: usize = length.expect("a length").parse().unwrap();
    let mut body = vec![0; if has_body { length } else { 0 }];
    connection.read_exact(&mut body).unwrap();
    (head, String::from_utf8(body).unwrap())
}

#[test]
fn pipelined_requests_get_their_own_answers() {
    // Nothing is kept, so that no answer is there before the next request is read.
    let service = Service::start(&["--cache-bytes", "0"]);
    for methods in [
        ["HEAD", "GET", "GET"],
        ["GET", "HEAD", "GET"],
        ["HEAD", "HEAD", "GET"],
        ["GET", "GET", "HEAD"],
    ] {
        let mut connection = connect(&service);
        let asked = methods.iter().enumerate().map(|(place, method)| {
            let limit = place + 1;
            format!("{method} /v1/measures?limit={limit} HTTP/1.1\r\nHost: x\r\n\r\n")
        });
        let asked: String = asked.collect();
        connection.write_all(asked.as_bytes()).unwrap();
        for (place, method) in methods.iter().enumerate() {
            let (head, body) = answer(&mut connection, *method == "GET");
            assert!(head.starts_with("http/1.1 200 "), "{methods:?}: {head}");
            if *method == "GET" {
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                let records = body["data"].as_array().unwrap().len();
                assert_eq!(records, place + 1, "{methods:?}");
            }
        }
        // The connection is as good as before.
        connection
            .write_all(request("/healthz").as_bytes())
            .unwrap();
        let rest = rest(&mut connection);
        assert_eq!(rest.matches("HTTP/1.1 200").count(), 1, "{rest}");
    }
}

#[test]
fn requests_of_both_versions_get_their_own_answers() {
    let service = Service::start(&["--cache-bytes", "0"]);
    let mut connection = connect(&service);
    let asked = "GET /v1/measures?limit=1 HTTP/1.1\r\nHost: x\r\n\r\nGET /v1/measures?limit=2 HTTP/1.0\r\n\r\n";
    connection.write_all(asked.as_bytes()).unwrap();
    let (first, _) = answer(&mut connection, true);
    let second = rest(&mut connection);
    assert!(first.starts_with("http/1.1 200 "), "{first}");
    assert!(second.starts_with("HTTP/1.0 200 "), "{second}");
}

#[test]
fn who_speaks_http_1_0_gets_no_chunks_and_the_connection_ends_the_body() {
    let service = Service::start(&["--cache-bytes", "0"]);
    for (path, encoding) in [
        ("/v1/measures.csv", ""),
        ("/v1/nothing", "Accept-Encoding: gzip\r\n"),
    ] {
        let mut connection = connect(&service);
        let asked = format!("GET {path} HTTP/1.0\r\n{encoding}Connection: keep-alive\r\n\r\n");
        connection.write_all(asked.as_bytes()).unwrap();
        let answer = rest(&mut connection);
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(!head.contains("transfer-encoding"), "{head}");
        let begins = if encoding.is_empty() {
            "id,plan_id,"
        } else {
            "\u{1f}"
        };
        assert!(body.starts_with(begins), "{path}: {body:.20}");
    }
}

#[test]
fn a_request_with_a_body_is_refused_and_its_connection_closed() {
    let service = Service::start(&["--empty"]);
    for (method, header, body, status) in [
        ("GET", "Content-Length: 5", "hello", 413),
        ("HEAD", "Content-Length: 99999999999", "", 413),
        ("OPTIONS", "Content-Length: 5", "hello", 413),
        (
            "GET",
            "Transfer-Encoding: chunked",
            "5\r\nhello\r\n0\r\n\r\n",
            413,
        ),
        ("POST", "Content-Length: 5", "hello", 405),
        ("POST", "Transfer-Encoding: chunked", "5\r\nhello\r\n", 405),
        ("DELETE", "Content-Length: 99999999999", "", 405),
    ] {
        let mut connection = connect(&service);
        let asked = format!("{method} /v1/plans HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n{body}");
        connection.write_all(asked.as_bytes()).unwrap();
        let told = rest(&mut connection);
        let begin = format!("HTTP/1.1 {status} ");
        assert!(told.starts_with(&begin), "{asked}: {told}");
        assert!(told.contains("connection: close"), "{asked}: {told}");
    }
    let none = request("/v1/plans").replace("Host", "Content-Length: 0\r\nHost");
    let told = service.send(&[none.as_bytes()]);
    assert!(told.starts_with("HTTP/1.1 200 "), "{told}");
}

#[test]
fn a_body_without_end_is_read_no_further() {
    const MOST: usize = 64 << 20;
    let service = Service::start(&["--empty"]);
    let piece = format!("10000\r\n{}\r\n", "a".repeat(0x10000));
    let extension = format!("5;{}", "a".repeat(0x10000));
    let length = format!("Content-Length: {}", 1u64 << 40);
    for (method, header, piece) in [
        ("GET", "Transfer-Encoding: chunked", &piece),
        ("POST", "Transfer-Encoding: chunked", &piece),
        ("POST", "Transfer-Encoding: chunked", &extension),
        ("GET", &length, &piece),
        ("GET", "Upgrade: websocket", &piece),
    ] {
        let mut connection = connect(&service);
        let asked = format!("{method} /v1/plans HTTP/1.1\r\nHost: x\r\n{header}\r\n\r\n");
        connection.write_all(asked.as_bytes()).unwrap();
        let mut sent = 0;
        while sent < MOST && connection.write_all(piece.as_bytes()).is_ok() {
            sent += piece.len();
        }
        assert!(sent < MOST, "{method} {header}: {sent} bytes were taken");
        let told = rest(&mut connection);
        assert!(told.starts_with("HTTP/1.1 "), "{method} {header}: {told}");
    }
}

/// Sends a piece again and again; how long it takes the service to close the connection.
fn time_until_closed(mut connection: TcpStream, piece: &[u8]) -> Duration {
    let began = Instant::now();
    connection
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    while began.elapsed() < Duration::from_secs(20) {
        let _ = connection.write_all(piece);
        match connection.read(&mut [0; 4096]) {
            Ok(0) => break,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            _ => {}
        }
    }
    began.elapsed()
}

#[test]
fn a_connection_is_not_kept_by_what_never_becomes_a_request() {
    let service = Service::start(&["--empty", "--request-timeout", "1"]);
    let bound = Duration::from_secs(10);
    let body = "POST /v1/plans HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    let cases = [
        ("", "\r\n"),
        ("", "\n"),
        ("GET / HTTP/1.1\r\nHost: x\r\n", "A: b\r\n"),
        ("G", "G"),
        (body, "1\r\na\r\n"),
        (body, "0\r\nA: b\r\n"),
    ];
    let tried = &|(begun, piece): (&str, &str), is_first: bool| {
        let mut connection = connect(&service);
        if !is_first {
            let first = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
            connection.write_all(first.as_bytes()).unwrap();
            answer(&mut connection, true);
        }
        connection.write_all(begun.as_bytes()).unwrap();
        let took = time_until_closed(connection, piece.as_bytes());
        assert!(took < bound, "{begun:?} {piece:?} {is_first}: {took:?}");
    };
    thread::scope(|all| {
        for case in cases {
            // As the first of its connection, and behind another.
            for is_first in [true, false] {
                all.spawn(move || tried(case, is_first));
            }
        }
    });
}

#[test]
fn a_connection_that_rests_between_requests_is_kept() {
    let service = Service::start(&["--empty", "--request-timeout", "1"]);
    let mut connection = connect(&service);
    for _ in 0..2 {
        // One blank line may stand before a request, as clients of old send one behind a form.
        let asked = "\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n";
        connection.write_all(asked.as_bytes()).unwrap();
        let (head, _) = answer(&mut connection, true);
        assert!(head.starts_with("http/1.1 200 "), "{head}");
        sleep(Duration::from_secs(2));
    }
    connection
        .write_all(request("/healthz").as_bytes())
        .unwrap();
    assert!(rest(&mut connection).starts_with("HTTP/1.1 200 "));
}

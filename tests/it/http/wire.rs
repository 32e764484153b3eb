//! What goes over the wire: addresses as they are typed, and what is no request, asked of the program by raw sockets.

use actix_web::http::StatusCode;
use serde_json::Value as Json;
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};
use tempfile::TempDir;

pub struct Service {
    pub process: Child,
    pub address: SocketAddr,
    /// That of its register.
    pub url: String,
    _folder: TempDir,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An answer as it was sent.
pub struct Raw {
    pub status: StatusCode,
    pub head: String,
    pub body: String,
}

impl Raw {
    pub fn json(&self) -> Json {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("{}{}", self.head, self.body))
    }
}

impl Service {
    pub fn start(settings: &[&str]) -> Self {
        Self::start_in(settings, None)
    }

    /// The same, with a folder for temporary files.
    pub fn start_in(settings: &[&str], temporary: Option<&Path>) -> Self {
        let folder = TempDir::new().unwrap();
        let url = format!("sqlite://{}/own.sqlite", folder.path().display());
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let process = Command::new(env!("CARGO_BIN_EXE_aciqplan"))
            .args([
                "serve",
                "--listen",
                &address.to_string(),
                "--database",
                &url,
            ])
            .args(settings)
            .envs(temporary.map(|folder| ("TMPDIR", folder)))
            .env("RUST_LOG", "warn")
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let service = Self {
            process,
            address,
            url,
            _folder: folder,
        };
        for _ in 0..600 {
            if TcpStream::connect(address).is_ok() {
                return service;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("the service did not start");
    }

    /// Sends pieces one after the other and reads what comes until the service closes the connection.
    pub fn send(&self, pieces: &[&[u8]]) -> String {
        let mut connection = TcpStream::connect(self.address).unwrap();
        let patience = Some(Duration::from_secs(20));
        connection.set_read_timeout(patience).unwrap();
        for piece in pieces {
            if connection.write_all(piece).is_err() {
                break; // it was refused before its end
            }
            if pieces.len() > 1 {
                sleep(Duration::from_millis(2));
            }
        }
        let mut answer = Vec::new();
        let _ = connection.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    }

    fn ask(&self, bytes: &[u8]) -> Raw {
        raw(&self.send(&[bytes]))
    }

    pub fn get(&self, address: &str) -> Raw {
        self.ask(request(address).as_bytes())
    }
}

pub fn raw(answer: &str) -> Raw {
    let (head, body) = answer
        .split_once("\r\n\r\n")
        .unwrap_or_else(|| panic!("no head: {answer:?}"));
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    Raw {
        status,
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

pub fn request(address: &str) -> String {
    format!(
        "GET {address} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
    )
}

#[test]
fn addresses_are_read_as_they_are_typed() {
    let service = Service::start(&[]);
    for (typed, encoded) in [
        (
            "/v1/measures?title[contains]=şəffaf",
            "/v1/measures?title%5Bcontains%5D=%C5%9F%C9%99ffaf",
        ),
        (
            "/v1/search?q=\"dövlət\"",
            "/v1/search?q=%22d%C3%B6vl%C9%99t%22",
        ),
        (
            "/v1/measures?title[contains]=<b>`x`",
            "/v1/measures?title[contains]=%3Cb%3E%60x%60",
        ),
        (
            "/v1/measures?title[contains]={a}|\\^",
            "/v1/measures?title[contains]=%7Ba%7D%7C%5C%5E",
        ),
        ("/v1/measures/ə", "/v1/measures/%C9%99"),
        ("/v1/measures/\"<ə>`", "/v1/measures/%22%3C%C9%99%3E%60"),
    ] {
        let (typed, encoded) = (request(typed), service.get(encoded));
        let expected = if typed.contains("/v1/measures/") {
            404
        } else {
            200
        };
        assert_eq!(encoded.status, expected, "{typed}");
        let whole = service.ask(typed.as_bytes());
        let bytes: Vec<&[u8]> = typed.as_bytes().chunks(1).collect();
        let in_pieces = raw(&service.send(&bytes));
        for answer in [whole, in_pieces] {
            assert_eq!(answer.status, encoded.status, "{typed}: {}", answer.body);
            assert!(
                answer.head.contains("x-content-type-options"),
                "{}",
                answer.head
            );
            if expected == 200 {
                assert_eq!(answer.json()["data"], encoded.json()["data"], "{typed}");
            } else {
                assert_eq!(answer.json()["detail"], encoded.json()["detail"], "{typed}");
            }
        }
    }
    let found = service.get("/v1/measures?title[contains]=şəffaf");
    assert!(
        found.json()["meta"]["total"].as_u64().unwrap() > 0,
        "{}",
        found.body
    );
}

#[test]
fn typed_addresses_are_read_one_after_the_other_on_one_connection() {
    let service = Service::start(&["--empty"]);
    let open = "GET /v1/measures?title[contains]=ə HTTP/1.1\r\nHost: x\r\nAccept-Encoding: identity\r\n\r\n";
    let last = request("/v1/plans/ə");
    for pieces in [
        vec![open, open, &last],
        vec![&format!("{open}{open}{last}")[..]],
    ] {
        let bytes: Vec<&[u8]> = pieces.iter().map(|piece| piece.as_bytes()).collect();
        let answers = service.send(&bytes);
        assert_eq!(answers.matches("HTTP/1.1 200 OK").count(), 2, "{answers}");
        assert_eq!(
            answers.matches("HTTP/1.1 404 Not Found").count(),
            1,
            "{answers}"
        );
    }
    // A body is nobody's address.
    let body = "\r\n\"ə\" / HTTP/1.1";
    let post = format!(
        "POST /v1/plans HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let answers = service.send(&[post.as_bytes(), request("/healthz").as_bytes()]);
    assert!(answers.starts_with("HTTP/1.1 405 "), "{answers}");
    assert_eq!(
        answers.matches("x-content-type-options").count(),
        answers.matches("HTTP/1.1 ").count()
    );
}

#[test]
fn what_cannot_be_read_gets_a_problem_and_is_counted() {
    let service = Service::start(&["--empty"]);
    let huge = format!(
        "GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n",
        "a".repeat(200_000)
    );
    let many = format!(
        "GET / HTTP/1.1\r\nHost: x\r\n{}\r\n",
        "A: b\r\n".repeat(120)
    );
    let cases: [(&[u8], u16, &str, &str); 11] = [
        (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\xff\r\n\r\n",
            400,
            "unreadable",
            "TLS",
        ),
        (
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            400,
            "unreadable",
            "HTTP/2",
        ),
        (
            b"GET /v1/search?q=a b HTTP/1.1\r\nHost: x\r\n\r\n",
            400,
            "unreadable",
            "%20",
        ),
        (b"GET /v1/plans\r\n\r\n", 400, "unreadable", "METHOD"),
        (b"GET / HTTP/1.1\r\n\r\n", 400, "unreadable", "Host"),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
            400,
            "unreadable",
            "headers",
        ),
        (
            b"GET / HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n",
            400,
            "unreadable",
            "headers",
        ),
        (
            b"G@T / HTTP/1.1\r\nHost: x\r\n\r\n",
            400,
            "unreadable",
            "first line",
        ),
        (
            b"GET / HTTP/9.1\r\nHost: x\r\n\r\n",
            400,
            "unreadable",
            "first line",
        ),
        (huge.as_bytes(), 431, "headers-too-large", "128 KiB"),
        (many.as_bytes(), 431, "headers-too-large", "96"),
    ];
    for (bytes, status, kind, why) in cases {
        let answer = service.ask(bytes);
        let sent = String::from_utf8_lossy(&bytes[..bytes.len().min(60)]).into_owned();
        assert_eq!(answer.status, status, "{sent}: {}", answer.head);
        for header in [
            "x-request-id: ",
            "content-type: application/problem+json",
            "x-content-type-options: nosniff",
            "access-control-allow-origin: *",
            "cache-control: no-store",
            "connection: close",
            "date: ",
        ] {
            assert!(
                answer.head.contains(header),
                "{sent}: {header}: {}",
                answer.head
            );
        }
        let problem = answer.json();
        let is_kind = problem["type"]
            .as_str()
            .unwrap()
            .ends_with(&format!("/problems/{kind}"));
        assert!(
            is_kind && problem["detail"].as_str().unwrap().contains(why),
            "{sent}: {problem}"
        );
        let id = problem["request_id"].as_str().unwrap();
        assert!(
            answer.head.contains(&format!("x-request-id: {id}")),
            "{sent}"
        );
    }
    let metrics = service.get("/metrics").body;
    let counted = "aciqplan_http_requests_total{route=\"other\",status=\"400\"} 9";
    assert!(metrics.contains(counted), "{metrics}");
    let counted = "aciqplan_http_requests_total{route=\"other\",status=\"431\"} 2";
    assert!(metrics.contains(counted), "{metrics}");
}

#[test]
fn what_cannot_be_read_counts_for_the_rate_limit_and_a_slow_head_is_told() {
    let settings = [
        "--empty",
        "--rate-limit-loopback",
        "--rate-burst",
        "3",
        "--rate-limit",
        "1",
        "--request-timeout",
        "1",
    ];
    let service = Service::start(&settings);
    let slow = service.ask(b"GET / HTTP/1.1\r\n");
    assert_eq!(slow.status, 408, "{}", slow.head);
    assert!(
        slow.json()["type"]
            .as_str()
            .unwrap()
            .ends_with("/problems/request-timeout")
    );
    assert!(slow.head.contains("ratelimit: "), "{}", slow.head);
    let statuses = [0; 4].map(|_| service.ask(b"\0\r\n\r\n").status.as_u16());
    assert_eq!(statuses, [400, 400, 429, 429]);
}

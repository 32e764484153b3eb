//! Clients that leave before they have their answer, and those that wait meanwhile, by raw sockets.

use super::wire::{Service, request};
use aciqplan::database::Database;
use diesel::connection::SimpleConnection;
use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    thread::{self, sleep},
    time::{Duration, Instant},
};

/// Far more rows than the register has.
const ROWS: &str = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 400000) \
    INSERT INTO sources (id, title, title_key, kind, language, url, revision, created_at, updated_at) \
    SELECT 'source-' || i, 'Source', hex(i), 'report', 'en', 'https://source.example/' || i, 1, \
    '2026-11-21 08:00:00', '2026-11-21 08:00:00' FROM n";

/// How many questions the database works on.
fn at_work(service: &Service) -> u32 {
    let metrics = service.get("/metrics").body;
    let used = "aciqplan_database_connections{state=\"used\"} ";
    let line = metrics.lines().find_map(|line| line.strip_prefix(used));
    line.unwrap_or_else(|| panic!("{metrics}")).parse().unwrap()
}

/// Waits until the database works on so many questions.
fn until(service: &Service, number: u32) {
    let began = Instant::now();
    while at_work(service) != number {
        assert!(
            began.elapsed() < Duration::from_mins(1),
            "{number} are never at work"
        );
        sleep(Duration::from_millis(5));
    }
}

fn ask(service: &Service, address: &str) -> TcpStream {
    let mut connection = TcpStream::connect(service.address).unwrap();
    connection.write_all(request(address).as_bytes()).unwrap();
    connection
}

#[test]
fn who_closes_its_connection_ends_its_question() {
    let settings = ["--query-timeout", "60", "--rate-limit", "0"];
    for kept in ["0", "1000000"] {
        let service = Service::start(&[&settings[..], &["--cache-bytes", kept]].concat());
        let register = Database::open(&service.url, 1).unwrap();
        register.connection().unwrap().batch_execute(ROWS).unwrap();
        let slow = |number: i32| format!("/v1/sources?url[contains]=nothing-{number}");
        // Others may take the machine for that long: the shortest counts.
        let wholes = [-1, -2, -3].map(|number| {
            let began = Instant::now();
            assert_eq!(service.get(&slow(number)).status, 200);
            began.elapsed()
        });
        let whole = wholes.into_iter().min().unwrap();
        assert!(
            whole > Duration::from_millis(300),
            "{whole:?} is too quick to be left"
        );
        let mut shortest = whole;
        for number in 1..6 {
            let began = Instant::now();
            let connection = ask(&service, &slow(number));
            until(&service, 1);
            let left = if number % 2 == 0 {
                Shutdown::Both
            } else {
                Shutdown::Write
            };
            connection.shutdown(left).unwrap();
            until(&service, 0);
            shortest = shortest.min(began.elapsed());
        }
        assert!(shortest < whole / 2, "{shortest:?} of {whole:?}");
        let metrics = service.get("/metrics").body;
        let counted = "aciqplan_http_requests_total{route=\"/v1/sources\",status=\"499\"} 5";
        assert!(metrics.contains(counted), "{metrics}");
    }
}

#[test]
fn nobody_waits_for_the_catalogue_of_others() {
    let service = Service::start(&["--workers", "1", "--query-timeout", "60"]);
    let register = Database::open(&service.url, 1).unwrap();
    let rows = ROWS.replace("400000", "20000");
    register.connection().unwrap().batch_execute(&rows).unwrap();
    let began = Instant::now();
    let catalogue = ask(&service, "/catalog.rdf");
    let mut longest = Duration::ZERO;
    let mut answer = vec![0; 12];
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            (&catalogue)
                .read_exact(&mut answer)
                .map(|()| began.elapsed())
        });
        while !reader.is_finished() {
            let asked = Instant::now();
            assert_eq!(service.get("/healthz").status, 200);
            longest = longest.max(asked.elapsed());
            sleep(Duration::from_millis(5));
        }
        let whole = reader.join().unwrap().unwrap();
        assert!(whole > Duration::from_millis(500), "{whole:?} is too quick");
        assert!(
            longest < whole / 3,
            "/healthz waited {longest:?} of {whole:?}"
        );
    });
    assert!(answer.starts_with(b"HTTP/1.1 "), "{answer:?}");
}

//! What `/readyz` notices: tables that are locked, and a file that was replaced.

use crate::support::{
    Memory, Register, empty, empty_in_sqlite, seeded, seeded_in_postgres, seeded_in_sqlite,
};
use diesel::connection::SimpleConnection;
use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

async fn is_ready(register: &Register) -> bool {
    let answer = register.get("/readyz").await;
    assert!(
        [200, 503].contains(&answer.status.as_u16()),
        "{}",
        answer.text()
    );
    answer.status == 200
}

#[actix_web::test]
async fn a_table_that_is_locked_is_noticed_and_nobody_waits_for_it() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    assert!(is_ready(&register).await);
    for table in ["measures", "revisions", "search_index"] {
        let other = opened_again(&register);
        let mut connection = other.connection().unwrap();
        let lock = format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        connection.batch_execute(&lock).unwrap();
        let began = Instant::now();
        for _ in 0..5 {
            assert!(!is_ready(&register).await, "{table}");
        }
        assert!(
            began.elapsed() < Duration::from_secs(30),
            "{:?}",
            began.elapsed()
        );
        connection.batch_execute("ROLLBACK").unwrap();
        assert!(
            is_ready(&register).await,
            "every connection is still held, after {table}"
        );
    }
}

fn opened_again(register: &Register) -> aciqplan::database::Database {
    aciqplan::database::Database::open(&register.url, 1).unwrap()
}

#[actix_web::test]
async fn a_file_that_was_replaced_is_noticed_and_never_mixed_with_the_old_one() {
    let register = seeded_in_sqlite();
    let path = register.url.strip_prefix("sqlite://").unwrap();
    let aside = format!("{path}.aside");
    assert!(is_ready(&register).await);
    fs::rename(path, &aside).unwrap();
    assert!(!is_ready(&register).await, "it is not there");
    let other = empty_in_sqlite();
    fs::copy(other.url.strip_prefix("sqlite://").unwrap(), path).unwrap();
    assert!(!is_ready(&register).await, "it is another one");
    let told = register.get("/readyz").await.text();
    assert!(told.contains("The register cannot be read"), "{told}");
    // Connections that are opened now would lead to another register than those before.
    let mut lent = Vec::new();
    while let Ok(connection) = register.database.connection() {
        lent.push(connection);
        assert!(lent.len() < 5, "there are four at most");
    }
    for connection in &mut lent {
        let version = aciqplan::database::connection::dataset_version::version(connection).unwrap();
        assert!(version.is_some(), "the other register is empty");
    }
    drop(lent);
    fs::rename(&aside, path).unwrap();
    assert!(is_ready(&register).await, "it is the old one again");
}

/// A service, ended with the test.
struct Service(Child);

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a service and waits until it is ready.
fn served(settings: &[&str]) -> Option<(Service, String)> {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    drop(free);
    let mut command = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
    command.args(["serve", "--listen", &address]).args(settings);
    let mut service = Service(command.env("RUST_LOG", "warn").spawn().unwrap());
    for _ in 0..1200 {
        if status(&address, "/readyz").as_deref() == Some("200") {
            return Some((service, address));
        }
        if service.0.try_wait().unwrap().is_some() {
            return None;
        }
        sleep(Duration::from_millis(50));
    }
    None
}

fn status(address: &str, path: &str) -> Option<String> {
    let mut connection = TcpStream::connect(address).ok()?;
    let head = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    connection.write_all(head.as_bytes()).ok()?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer).ok()?;
    answer.split(' ').nth(1).map(str::to_owned)
}

#[test]
fn a_node_that_reads_elsewhere_starts_while_the_register_is_away() {
    const AWAY: &str = "postgres://127.0.0.1:1/away";
    for register in seeded() {
        for more in [&[][..], &["--read-only"]] {
            let settings = ["--database", AWAY, "--read-database", &register.url];
            let (_service, address) = served(&[&settings, more].concat()).expect("it starts");
            assert_eq!(
                status(&address, "/v1/measures?limit=1").as_deref(),
                Some("200")
            );
        }
        assert!(
            served(&["--database", AWAY]).is_none(),
            "without another it does not"
        );
    }
}

#[test]
fn a_service_that_is_read_only_fills_no_register() {
    for register in empty() {
        let settings = ["--read-only", "--database", &register.url];
        let (_service, address) = served(&settings).expect("it starts");
        assert_eq!(
            status(&address, "/v1/measures/az-nap-2016-2018-4.1.1").as_deref(),
            Some("404")
        );
    }
}

#[test]
fn a_load_that_waits_for_another_program_says_so() {
    for register in seeded() {
        let folder = tempfile::TempDir::new().unwrap();
        let package = Memory::seeds().with("figures.csv", "17 Dəyirmi", "18 Dəyirmi");
        for (name, bytes) in &package.0 {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        let mut connection = register.database.connection().unwrap();
        let lock = match register.name {
            "SQLite" => "BEGIN IMMEDIATE",
            _ => "BEGIN; LOCK TABLE descriptor IN EXCLUSIVE MODE",
        };
        connection.batch_execute(lock).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_aciqplan"));
        command
            .arg("load")
            .arg(folder.path())
            .args(["--database", &register.url]);
        let mut load = command.stderr(Stdio::piped()).spawn().unwrap();
        let told = BufReader::new(load.stderr.take().unwrap());
        let waits =
            "another program is writing to the register; this one waits for it, 30 seconds at most";
        let told = told
            .lines()
            .map_while(Result::ok)
            .find(|line| line.contains(waits));
        connection.batch_execute("ROLLBACK").unwrap();
        assert!(told.is_some(), "{}", register.name);
        assert!(load.wait().unwrap().success(), "{}", register.name);
    }
}

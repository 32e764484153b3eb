//! Copies of template databases on a server of PostgreSQL, the one whose database `ACIQPLAN_TEST_POSTGRES` names.
//!
//! Names begin with that of the named database and the number of the process, so that many may test on one server. What
//! a process leaves that was killed, and the templates of each, the next process removes.

use super::places::{Content, Templates};
use diesel::{connection::SimpleConnection, prelude::*, sql_query, sql_types::Text};
use std::{
    env, process,
    sync::{
        LazyLock, Mutex,
        atomic::{AtomicU32, Ordering},
    },
};

static SERVER: LazyLock<Option<Server>> = LazyLock::new(Server::find);
/// The names of the databases that are copied.
static TEMPLATES: Templates<String> = Templates::new();

struct Server {
    /// The URL without the name of a database.
    url: String,
    /// The database that is named.
    named: String,
    /// What the databases of this process begin with.
    prefix: String,
    /// A connection that is called so as long as the process lives.
    _sign: Mutex<PgConnection>,
}

#[derive(QueryableByName)]
struct Left {
    #[diesel(sql_type = Text)]
    name: String,
}

impl Server {
    fn find() -> Option<Self> {
        let url = env::var("ACIQPLAN_TEST_POSTGRES").ok()?;
        let (server, named) = url.rsplit_once('/').expect("postgres://…/NAME");
        let prefix = format!("{named}_{}", process::id());
        let mut sign = PgConnection::establish(&url).unwrap();
        let name = format!("SET application_name = '{prefix}'");
        sign.batch_execute(&name).unwrap();
        remove_left(&mut sign, named);
        Some(Self {
            url: server.to_owned(),
            named: named.to_owned(),
            prefix,
            _sign: Mutex::new(sign),
        })
    }

    fn next_name(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        format!("{}_{number}", self.prefix)
    }

    fn url_of(&self, database: &str) -> String {
        format!("{}/{database}", self.url)
    }
}

/// Removes the databases of processes that are no more.
fn remove_left(connection: &mut PgConnection, named: &str) {
    let left = sql_query(
        "SELECT datname::TEXT AS name FROM pg_database \
         WHERE datname ~ ('^' || $1 || '_[0-9]+_') AND NOT EXISTS (SELECT FROM pg_stat_activity \
         WHERE application_name = substring(pg_database.datname FROM '^' || $1 || '_[0-9]+'))",
    );
    let left: Vec<Left> = left.bind::<Text, _>(named).load(connection).unwrap();
    for Left { name } in left {
        // Another process may be about the same.
        let _ = connection.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
    }
}

fn server() -> &'static Server {
    SERVER.as_ref().expect("ACIQPLAN_TEST_POSTGRES is set")
}

/// Whatever its administrator says to the server of the tests.
pub fn administer(statement: &str) {
    let server = server();
    let mut connection = PgConnection::establish(&server.url_of(&server.named)).unwrap();
    connection.batch_execute(statement).unwrap();
}

/// A new database with that content: its name and its URL; `None` where no server is given.
pub fn copy(content: Content) -> Option<(String, String)> {
    let server = SERVER.as_ref()?;
    let template = match content {
        Content::Nothing => "template1".to_owned(),
        content => TEMPLATES.get(content, || template(server, content)),
    };
    let name = server.next_name();
    create(&name, &template);
    let url = server.url_of(&name);
    Some((name, url))
}

/// The files of the template are copied as they are: to write the copy into the log too takes longer.
fn create(name: &str, template: &str) {
    administer(&format!(
        "CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY"
    ));
}

/// Never fails: a test that failed may be what ends here, and the next process removes what is left.
pub fn remove(name: &str) {
    let server = server();
    if let Ok(mut connection) = PgConnection::establish(&server.url_of(&server.named)) {
        let _ = connection.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)"));
    }
}

fn template(server: &Server, content: Content) -> String {
    let name = server.next_name();
    create(&name, "template1");
    let database = content.fill(&server.url_of(&name));
    // Each copy is a register of its own, whose versions go on from those of the template.
    let own = "DELETE FROM numbering";
    database.connection().unwrap().batch_execute(own).unwrap();
    drop(database);
    // Nothing may be connected to a database that is copied, a vacuum of the server included.
    administer(&format!(
        "ALTER DATABASE {name} ALLOW_CONNECTIONS false; \
         SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    ));
    name
}

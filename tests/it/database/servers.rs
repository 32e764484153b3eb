//! Servers that are set otherwise than usual: too few connections, other settings, another encoding.

use crate::support::{PUBLIC_URL, administer, seeded_in_postgres};
use aciqplan::{
    api::State,
    database::{Database, Error},
    package, server,
};
use actix_web::{test, web};
use diesel::{prelude::*, sql_types::Text};
use futures_util::future::join_all;
use std::process;

/// The answers of a database at some addresses.
async fn answers(database: &Database, addresses: &[&str]) -> Vec<(u16, String)> {
    let state = State::new(database.clone(), PUBLIC_URL, None);
    let app = test::init_service(server::app(web::Data::new(state))).await;
    let asked = addresses.iter().map(|address| {
        let app = &app;
        async move {
            let request = test::TestRequest::with_uri(address).to_request();
            let answer = test::call_service(app, request).await;
            let status = answer.status().as_u16();
            let body = test::read_body(answer).await;
            (status, String::from_utf8_lossy(&body).into_owned())
        }
    });
    join_all(asked).await
}

#[actix_web::test]
async fn a_server_that_lets_in_few_connections_is_asked_through_those() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let role = format!("few_{}", process::id());
    register.execute(&format!(
        "CREATE ROLE {role} LOGIN CONNECTION LIMIT 3; GRANT ALL ON SCHEMA public TO {role}; \
         GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; \
         GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}; \
         GRANT USAGE ON TYPE public.ordered_text TO {role}; \
         ALTER FUNCTION public.fold(TEXT) OWNER TO {role}; \
         GRANT CREATE ON SCHEMA public TO {role}"
    ));
    let user = register
        .url
        .split("://")
        .nth(1)
        .unwrap()
        .split('@')
        .next()
        .unwrap();
    let url = register
        .url
        .replace(&format!("://{user}@"), &format!("://{role}@"));
    let database = Database::open(&url, 16).unwrap();
    let addresses: Vec<String> = (0..60)
        .map(|number| {
            format!(
                "/v1/measures?limit=5&page={}&title[contains]=a",
                number % 4 + 1
            )
        })
        .collect();
    let addresses: Vec<&str> = addresses.iter().map(String::as_str).collect();
    for _ in 0..3 {
        for (status, body) in answers(&database, &addresses).await {
            assert_eq!(status, 200, "{body}");
        }
        database.is_ready().await.unwrap();
    }
    assert!(database.connections() <= 3, "{}", database.connections());
    drop(database);
    register.execute(&format!("DROP OWNED BY {role}; DROP ROLE {role}"));
}

#[actix_web::test]
async fn settings_of_a_server_change_no_answer() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let settings = [
        "standard_conforming_strings=off",
        "backslash_quote=off",
        "DateStyle=SQL,DMY",
        "IntervalStyle=iso_8601",
        "TimeZone=Asia/Baku",
        "bytea_output=escape",
        "extra_float_digits=-5",
        "client_encoding=LATIN1",
        "default_transaction_isolation=serializable",
        "lock_timeout=1000",
    ];
    let other = Database::open(&register.url_with(&settings), 4).unwrap();
    let addresses = [
        "/v1/measures?title%5Bcontains%5D=seffaf",
        "/v1/measures?title%5Bcontains%5D=100%25%5C_%27x",
        "/v1/search?q=%22d%C3%B6vl%C9%99t%22",
        "/v1/status-entries?limit=20",
        "/v1/measures/stats?group_by=plan",
        "/v1/changes?limit=5",
        "/v1/measures.csv",
        "/v1/figures",
    ];
    let expected = answers(&register.database, &addresses).await;
    let found = answers(&other, &addresses).await;
    for ((address, expected), found) in addresses.iter().zip(expected).zip(found) {
        assert_eq!(expected.0, found.0, "{address}: {}", found.1);
        assert!(expected.1 == found.1, "{address}: {}", found.1);
    }
    register.load(&package::Seeds).unwrap();
    package::load(
        &package::Seeds,
        &mut other.connection().unwrap(),
        &package::Options::default(),
        &|_| {},
    )
    .unwrap();
}

#[::core::prelude::v1::test]
fn a_database_that_is_not_utf8_is_refused_with_what_makes_one() {
    if seeded_in_postgres().is_none() {
        return;
    }
    for encoding in ["SQL_ASCII", "LATIN1"] {
        let name = format!("encoded_{}", process::id());
        let create = "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
        administer(&format!(
            "CREATE DATABASE {name} ENCODING '{encoding}' {create}"
        ));
        let server = std::env::var("ACIQPLAN_TEST_POSTGRES").unwrap();
        let (server, _) = server.rsplit_once('/').unwrap();
        let opened = Database::open(&format!("{server}/{name}"), 1).map(drop);
        administer(&format!("DROP DATABASE {name}"));
        let error = opened.expect_err(encoding);
        assert!(matches!(error, Error::Encoding { .. }), "{error}");
        let told = error.to_string();
        let command =
            format!("createdb --template=template0 --encoding=UTF8 --locale=C {name}_utf8");
        assert!(told.contains(encoding) && told.contains(&command), "{told}");
    }
}

#[::core::prelude::v1::test]
fn a_connection_reads_strings_as_they_are_written() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    let url = register.url_with(&["standard_conforming_strings=off"]);
    let database = Database::open(&url, 1).unwrap();
    let setting = diesel::dsl::sql::<Text>("current_setting('standard_conforming_strings')");
    let mut connection = database.connection().unwrap();
    let set: String = diesel::select(setting)
        .get_result(&mut *connection)
        .unwrap();
    assert_eq!(set, "on");
}

#[actix_web::test]
async fn a_register_may_be_in_the_schema_that_its_address_names() {
    let Some(register) = seeded_in_postgres() else {
        return;
    };
    register.execute("CREATE SCHEMA another");
    let url = register.url_with(&["search_path=another"]);
    let other = Database::open(&url, 4).unwrap();
    assert!(other.migrated() > 20, "it has its own tables");
    let addresses = [
        "/v1/measures?limit=5&fields=id,number,title",
        "/v1/measures?title%5Bcontains%5D=seffaf&fields=id",
        "/v1/search?q=seffafliq",
        "/v1/measures/stats?group_by=plan",
    ];
    let expected = answers(&register.database, &addresses).await;
    let empty = answers(&other, &addresses[..1]).await;
    assert!(empty[0].1.contains("\"total\":0"), "{}", empty[0].1);
    package::load(
        &package::Seeds,
        &mut other.connection().unwrap(),
        &package::Options::default(),
        &|_| {},
    )
    .unwrap();
    let found = answers(&other, &addresses).await;
    for ((address, expected), found) in addresses.iter().zip(expected).zip(found) {
        assert_eq!(found, expected, "{address}");
    }
    other.is_ready().await.unwrap();
}

//! What the service remembers from one request to the next, and that it is of the register as it is.

use crate::support::{self, Memory, PUBLIC_URL, Register, seeded};
use aciqplan::{
    api::{State, bytes_for_answers},
    server,
};
use actix_web::{
    test::{self, TestRequest},
    web,
};
use diesel::connection::SimpleConnection;
use serde_json::Value as Json;

/// A service that goes on from one request to the next.
struct Service<'r> {
    register: &'r Register,
    state: web::Data<State>,
}

impl<'r> Service<'r> {
    fn of(register: &'r Register) -> Self {
        let state = State::new(register.database.clone(), PUBLIC_URL, None);
        Self {
            register,
            state: web::Data::new(state),
        }
    }

    async fn json(&self, url: &str) -> Json {
        let app = server::app(self.state.clone()).app_data(self.register.front.clone());
        let app = test::init_service(app).await;
        let request = TestRequest::with_uri(url).to_request();
        test::call_and_read_body_json(&app, request).await
    }

    /// The answers of this service are those of one that has nothing to remember.
    async fn knows_no_more_than_another(&self, urls: &[&str]) {
        for url in urls {
            let name = self.register.name;
            assert_eq!(
                self.json(url).await,
                self.register.json(url).await,
                "{name} {url}"
            );
        }
    }
}

#[actix_web::test]
async fn a_version_whose_number_is_given_again_is_another_one() {
    const COUNTED: [&str; 3] = [
        "/v1/figures?limit=1",
        "/v1/figures/stats?group_by=value",
        "/v1/measures?q=seffafliq&limit=5",
    ];
    for register in seeded() {
        let service = Service::of(&register);
        service.knows_no_more_than_another(&COUNTED).await;
        // another server took over, which had lost the last version and has made one of its own since
        let other_version = "
            DELETE FROM figures WHERE id = (SELECT MIN(id) FROM figures);
            UPDATE search_documents SET title = 'seffafliq' WHERE resource = 'measures';
            UPDATE revisions SET at = '2020-02-27 09:00:00'
                WHERE number = (SELECT MAX(number) FROM revisions)";
        let mut connection = register.database.connection().unwrap();
        connection.batch_execute(other_version).unwrap();
        drop(connection);
        service.knows_no_more_than_another(&COUNTED).await;
    }
}

#[actix_web::test]
async fn what_is_remembered_is_bounded_in_bytes_whatever_is_asked() {
    const BYTES: u64 = 1 << 20;
    for register in seeded() {
        let state = State::new(register.database.clone(), PUBLIC_URL, None).with_cache(BYTES);
        let service = Service {
            register: &register,
            state: web::Data::new(state),
        };
        let mut most = 0;
        for number in 0..60 {
            let numbers: Vec<String> = (0..200).map(|part| format!("{number}.{part}")).collect();
            let numbers = numbers.join(",");
            for url in [
                format!("/v1/measures?limit=1&number={numbers}"),
                format!("/v1/measures/stats?group_by=agency&number={numbers}"),
                format!(
                    "/v1/measures?limit=1&q=dovlet+OR+{}{number}",
                    "x".repeat(180)
                ),
            ] {
                service.json(&url).await;
            }
            most = most.max(service.state.cached_bytes());
        }
        assert!(most > BYTES / 8, "{most} bytes are remembered");
        // The rest is for whole answers.
        assert!(most <= BYTES / 8 * 3, "{most} bytes");
        assert_eq!(bytes_for_answers(BYTES), BYTES / 8 * 5);
        service
            .knows_no_more_than_another(&["/v1/figures?limit=1", "/v1/measures?q=dovlet"])
            .await;
        let nothing = State::new(register.database.clone(), PUBLIC_URL, None).with_cache(0);
        let service = Service {
            register: &register,
            state: web::Data::new(nothing),
        };
        service
            .knows_no_more_than_another(&["/v1/figures?limit=1", "/v1/measures?q=dovlet"])
            .await;
        assert_eq!(service.state.cached_bytes(), 0);
    }
}

#[actix_web::test]
async fn a_search_finds_what_was_loaded_since_the_last_one() {
    const SEARCHES: [&str; 4] = [
        "/v1/measures?q=korrupsiya&limit=5",
        "/v1/measures?q=balinalar",
        "/v1/search?q=maliyye+nazirliyi",
        "/v1/search?q=MNB",
    ];
    for register in seeded() {
        let service = Service::of(&register);
        service.knows_no_more_than_another(&SEARCHES).await;
        let changed = Memory::seeds()
            .with(
                "agencies.csv",
                "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,,",
                "maliyye-nazirliyi,AZ,Balina Nazirliyi,MNB,",
            )
            .and("acronyms.csv", "mnb,AZ,MNB,Balina Nazirliyi");
        register.load(&changed).unwrap();
        service.knows_no_more_than_another(&SEARCHES).await;
    }
}

#[actix_web::test]
async fn the_pages_of_a_search_are_the_parts_of_the_whole() {
    for register in seeded() {
        let service = Service::of(&register);
        for url in [
            "/v1/measures?q=dovlet",
            "/v1/measures?q=dovlet+OR+melumat+OR+qanun&plan=az-nap-2016-2018",
            "/v1/status-entries?q=icra",
        ] {
            let whole = support::texts(
                &service.json(&format!("{url}&limit=500")).await["data"],
                "id",
            );
            assert!(whole.len() > 14, "{url} finds {}", whole.len());
            let (mut forwards, mut next) = (Vec::new(), Some(format!("{url}&limit=7")));
            let mut last = None;
            while let Some(page) = next {
                let body = service.json(&page).await;
                forwards.extend(support::texts(&body["data"], "id"));
                next = support::path_of(&body["links"]["next"]);
                last = support::path_of(&body["links"]["prev"]);
            }
            assert_eq!(forwards, whole, "{url}");
            let mut backwards = whole[whole.len() - (whole.len() - 1) % 7 - 1..].to_vec();
            while let Some(page) = last {
                let body = service.json(&page).await;
                let before = support::texts(&body["data"], "id");
                backwards.splice(0..0, before);
                last = support::path_of(&body["links"]["prev"]);
            }
            assert_eq!(backwards, whole, "{url}");
            let second = service.json(&format!("{url}&limit=7&page=2")).await;
            assert_eq!(support::texts(&second["data"], "id"), whole[7..14], "{url}");
        }
    }
}

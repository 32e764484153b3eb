//! What the service remembers from one request to the next, and that it is of the register as it is.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use aciqplan::{api::State, server};
use actix_web::{
    test::{self, TestRequest},
    web,
};
use diesel::connection::SimpleConnection;
use serde_json::Value as Json;
use support::{PUBLIC_URL, Register, seeded};

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

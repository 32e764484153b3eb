//! What whoever runs the service asks: where that is answered, and who may read it.

use super::wire::{Service, raw, request};
use crate::support::{PUBLIC_URL, seeded};
use aciqplan::{api::State, server::Part};
use actix_web::{
    http::{Method, StatusCode},
    test::{TestRequest, call_service, init_service},
    web::Data,
};
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
};

const OPERATIONS: [&str; 3] = ["/metrics", "/healthz", "/readyz"];

#[actix_web::test]
async fn pages_of_other_sites_cannot_read_them() {
    for register in seeded() {
        for url in OPERATIONS {
            for method in [Method::GET, Method::HEAD, Method::OPTIONS, Method::POST] {
                let answer = register.ask(method.clone(), url, &[]).await;
                let headers = answer.headers.keys();
                let mut open =
                    headers.filter(|name| name.as_str().contains("access-control-allow"));
                assert_eq!(open.next(), None, "{method} {url}");
                assert_eq!(answer.header("x-content-type-options"), "nosniff");
            }
        }
        let answer = register.get("/v1/plans").await;
        assert_eq!(answer.header("access-control-allow-origin"), "*");
    }
}

fn ask(address: SocketAddr, path: &str) -> (u16, String) {
    let mut connection = TcpStream::connect(address).unwrap();
    connection.write_all(request(path).as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let answer = raw(&answer);
    (answer.status.as_u16(), answer.body)
}

#[test]
fn an_address_of_their_own_takes_them_from_the_public_one() {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let admin = free.local_addr().unwrap();
    drop(free);
    let service = Service::start(&["--empty", "--admin-listen", &admin.to_string()]);
    for path in OPERATIONS {
        assert_eq!(ask(admin, path).0, 200, "{path}");
        let (status, body) = ask(service.address, path);
        assert_eq!(status, 404, "{path}: {body}");
    }
    for path in ["/v1/plans", "/", "/docs/", "/openapi.json"] {
        assert_eq!(ask(admin, path).0, 404, "{path}");
        assert_eq!(ask(service.address, path).0, 200, "{path}");
    }
    // What both were asked is counted together.
    let metrics = ask(admin, "/metrics").1;
    let counted = "aciqplan_http_requests_total{route=\"/healthz\",status=\"404\"} 1";
    assert!(metrics.contains(counted), "{metrics}");
    let links = ask(service.address, "/.well-known/api-catalog").1;
    assert!(!links.contains("readyz"), "{links}");
    let alone = Service::start(&["--empty"]);
    for path in OPERATIONS {
        assert_eq!(ask(alone.address, path).0, 200, "{path}");
    }
    let links = ask(alone.address, "/.well-known/api-catalog").1;
    assert!(links.contains("readyz"), "{links}");
}

#[actix_web::test]
async fn paths_that_moved_are_like_those_that_never_were() {
    for register in seeded() {
        let state = State::new(register.database.clone(), PUBLIC_URL, None);
        let app = init_service(Part::Register.app(Data::new(state))).await;
        for path in OPERATIONS {
            let request = TestRequest::with_uri(path).to_request();
            let status = call_service(&app, request).await.status();
            assert_eq!(status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

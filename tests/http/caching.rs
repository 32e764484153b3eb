//! What clients and shared caches keep of an answer, and for whom.

use super::support::{Memory, seeded};
use actix_web::http::{Method, StatusCode};

#[actix_web::test]
async fn an_answer_that_the_client_has_is_not_sent_again() {
    for register in seeded() {
        let url = "/v1/measures?limit=3";
        let answer = register.get(url).await;
        let tag = answer.header("etag").to_owned();
        assert!(tag.starts_with("W/\""));
        let modified = answer.header("last-modified").to_owned();
        let both = format!("\"other\", {tag}");
        for (name, value) in [
            ("if-none-match", tag.as_str()),
            ("if-none-match", &both),
            ("if-none-match", "*"),
            ("if-modified-since", &modified),
        ] {
            let again = register.ask(Method::GET, url, &[(name, value)]).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED, "{name}: {value}");
            assert!(again.body.is_empty());
            assert_eq!(again.header("etag"), tag);
        }
        let earlier = [("if-modified-since", "Thu, 27 Feb 2020 00:00:00 GMT")];
        assert_eq!(
            register.ask(Method::GET, url, &earlier).await.status,
            StatusCode::OK
        );
        // a tag that does not match outweighs a date that does
        let changed = [
            ("if-none-match", "W/\"other\""),
            ("if-modified-since", modified.as_str()),
        ];
        assert_eq!(
            register.ask(Method::GET, url, &changed).await.status,
            StatusCode::OK
        );
    }
}

#[actix_web::test]
async fn a_change_of_the_content_changes_the_tag() {
    for register in seeded() {
        let url = "/v1/measures/az-nap-2016-2018-1.2";
        let before = register.get(url).await.header("etag").to_owned();
        let changed = Memory::seeds().with(
            "measures.csv",
            "az-nap-2016-2018-s1,1.2,",
            "az-nap-2016-2018-s1,1.2a,",
        );
        register.load(&changed).unwrap();
        let after = register
            .ask(Method::GET, url, &[("if-none-match", &before)])
            .await;
        assert_eq!(after.status, StatusCode::OK);
        assert_ne!(after.header("etag"), before);
    }
}

#[actix_web::test]
async fn any_page_may_read_and_shared_caches_keep_one_answer() {
    for register in seeded() {
        for headers in [&[][..], &[("origin", "https://portal.example")][..]] {
            let answer = register.ask(Method::GET, "/v1/plans", headers).await;
            assert_eq!(answer.header("access-control-allow-origin"), "*");
            assert_eq!(answer.header("vary"), "Accept, Accept-Encoding");
            assert!(
                answer
                    .header("cache-control")
                    .starts_with("public, max-age=")
            );
        }
        let asking = [
            ("origin", "https://portal.example"),
            ("access-control-request-method", "GET"),
        ];
        let preflight = register.ask(Method::OPTIONS, "/v1/plans", &asking).await;
        assert!(preflight.status.is_success());
        assert_eq!(preflight.header("access-control-allow-origin"), "*");
    }
}

//! Parameters as people and other services write them: each is refused with what is right here.

use super::support::{Memory, Register, seeded};
use actix_web::http::StatusCode;

/// Asks what must be refused in these words.
async fn refused(register: &Register, path: &str, query: &str, words: &str) {
    let answer = register.get(&format!("{path}?{query}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}?{query}");
    let errors = answer.json()["errors"].clone();
    let reason = errors[0]["reason"].as_str().unwrap();
    assert!(reason.contains(words), "{path}?{query}: {reason}");
    let none = path.starts_with("/v1/citation") || path.starts_with("/catalog");
    assert_eq!(
        reason.contains("none is taken"),
        none,
        "{path}?{query}: {reason}"
    );
}

#[actix_web::test]
async fn brackets_and_signs_of_other_services_are_translated() {
    for register in seeded() {
        for (query, words) in [
            ("plan[]=az-nap-2016-2018", "write `plan=az-nap-2016-2018`"),
            ("plan[0]=az-nap-2016-2018", "write `plan=az-nap-2016-2018`"),
            ("agency[in]=a,b", "write `agency=a,b`"),
            ("plan[eq]=x", "write `plan=x`"),
            ("plan.id=x", "write `plan=x`"),
            ("agncy[in]=a", "write `agency=a`"),
            ("sort[]=number", "write `sort=number`"),
            ("order[title]=desc", "write `sort=-title`"),
            ("order_by=title", "write `sort=title`"),
            ("page[size]=10", "write `limit=10`"),
            ("page[number]=2", "write `page=2`"),
            ("page[after]=x", "write `cursor=x`"),
            ("per_page=10", "write `limit=10`"),
            ("filter[plan]=x", "write `plan=x`"),
            (
                "filter[start_year][gte]=2016",
                "write `start_year[gte]=2016`",
            ),
            ("fields[measures]=id,title", "write `fields=id,title`"),
            ("include[]=plan", "write `include=plan`"),
            ("title__icontains=x", "write `title[contains]=x`"),
            ("title[like]=%25x%25", "write `title[contains]=x`"),
            ("title_contains=x", "write `title[contains]=x`"),
            ("start_year__gte=2016", "write `start_year[gte]=2016`"),
            ("start_year%3E=2016", "write `start_year[gte]=2016`"),
            ("start_year!=2016", "write `start_year[ne]=2016`"),
            (
                "start_year[between]=2016,2018",
                "write `start_year[gte]=2016&start_year[lte]=2018`",
            ),
            ("start_year[gtt]=2016", "write `start_year[gt"),
            ("plan[not]=x", "write `plan_id[ne]=x`"),
            (
                "plan[like]=x",
                "the operators of `plan_id` are `ne`, `prefix`",
            ),
            (
                "agency[not]=x",
                "`agency` takes no operator; write `agency=x`",
            ),
            ("indicator[exists]=true", "write `indicator[missing]=false`"),
            (
                "title[between]=a,b",
                "the operators of `title` are `contains`, `prefix`",
            ),
            ("nothing[known]=1", "there are `country`, `agency`"),
        ] {
            refused(&register, "/v1/measures", query, words).await;
        }
        let search = "write `resource=…`";
        refused(&register, "/v1/search", "resource[]=measures&q=a", search).await;
        refused(&register, "/v1/changes", "page[size]=3", "write `limit=…`").await;
        let record = "/v1/measures/az-nap-2016-2018-5.4";
        refused(&register, record, "fields[measures]=id", "write `fields=…`").await;
        refused(&register, "/v1/citation", "plan[]=x", "none is taken here").await;
        refused(&register, "/catalog", "page[size]=3", "none is taken here").await;
    }
}

#[actix_web::test]
async fn what_is_not_utf_8_is_named() {
    for register in seeded() {
        let url = "/v1/measures?limit=2&title[contains]=%FEeffaf";
        let problem = register.get(url).await.json();
        let error = &problem["errors"][0];
        assert_eq!(error["parameter"], "title[contains]");
        let reason = error["reason"].as_str().unwrap();
        assert!(reason.starts_with("is not UTF-8: `%FEeffaf`"), "{reason}");
        let name = register.get("/v1/measures?t%FEtle=1").await.json();
        let reason = name["errors"][0]["reason"].as_str().unwrap();
        assert!(
            reason.contains("a name that is not UTF-8: `t%FEtle`"),
            "{reason}"
        );
    }
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

#[actix_web::test]
async fn a_letter_that_only_looks_latin_is_named_and_read() {
    for register in seeded() {
        for (name, value, words) in [
            (
                "pl\u{430}n",
                "x",
                "`\u{430}` is CYRILLIC SMALL LETTER A; did you mean `plan`?",
            ),
            (
                "agency",
                "maliyye-n\u{430}zirliyi",
                "`\u{430}` is CYRILLIC SMALL LETTER A; did you mean `maliyye-nazirliyi`?",
            ),
            (
                "plan",
                "az\u{2013}nap\u{2013}2016-2018",
                "U+2013 is EN DASH; did you mean `az-nap-2016-2018`?",
            ),
            (
                "completion_self_reported",
                "c\u{3bf}mplete",
                "`\u{3bf}` is GREEK SMALL LETTER OMICRON; did you mean `complete`?",
            ),
            (
                "country",
                "\u{410}Z",
                "`\u{410}` is CYRILLIC CAPITAL LETTER A; did you mean `AZ`?",
            ),
        ] {
            let query = format!("{}={}", encoded(name), encoded(value));
            refused(&register, "/v1/measures", &query, words).await;
        }
        let record = format!("/v1/measures/{}", encoded("\u{430}z-nap-2016-2018-5.4"));
        let told = register.get(&record).await.text();
        let words = "`\u{430}` is CYRILLIC SMALL LETTER A; did you mean `az-nap-2016-2018-5.4`?";
        assert!(told.contains(words), "{told}");
    }
}

#[actix_web::test]
async fn countries_and_levels_are_known_by_their_other_names() {
    for register in seeded() {
        for (query, words) in [
            ("country=AZE", "did you mean `AZ`?"),
            ("country=tur", "did you mean `TR`?"),
            ("country=Georgia", "did you mean `GE`?"),
            (
                "completion_self_reported=tam%20icra",
                "did you mean `complete`?",
            ),
            (
                "completion_self_reported=%C9%99sas%C9%99n%20icra",
                "did you mean `substantial`?",
            ),
            (
                "completion_self_reported=tam%20icra%20edilib",
                "did you mean `complete`?",
            ),
            (
                "completion_self_reported=fully%20implemented",
                "did you mean `complete`?",
            ),
        ] {
            refused(&register, "/v1/measures", query, words).await;
        }
    }
}

#[test]
fn the_check_of_a_package_knows_them_too() {
    let package = Memory::seeds()
        .with("plans.csv", "az-nap-2016-2018,AZ,", "az-nap-2016-2018,AZE,")
        .with(
            "status_entries.csv",
            "az-nap-2020-2022-1.1,korrupsiyaya-qarsi-mubarize-uzre-komissiya,self_report,2021,complete,",
            "az-nap-2020-2022-1.1,korrupsiyaya-qarsi-mubarize-uzre-komissiya,self_report,2021,tam icra,",
        );
    let told = package.problems().join("\n");
    assert!(told.contains("did you mean `AZ`?"), "{told}");
    assert!(told.contains("did you mean `complete`?"), "{told}");
}

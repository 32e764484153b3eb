//! Parameters as people and other services write them: each is refused with what is right here.

use crate::support::{Memory, Register, seeded, texts};
use actix_web::http::StatusCode;
use serde_json::{Value as Json, json};

/// Asks what must be refused in these words.
async fn refused(register: &Register, path: &str, query: &str, words: &str) {
    let answer = register.get(&format!("{path}?{query}")).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{path}?{query}");
    let errors = answer.json()["errors"].clone();
    let reason = errors[0]["reason"].as_str().unwrap();
    assert!(reason.contains(words), "{path}?{query}: {reason}");
    tells_programs(&errors[0], &format!("{path}?{query}"));
    let none = path.starts_with("/v1/citation") || path.starts_with("/catalog");
    assert_eq!(
        reason.contains("none is taken"),
        none,
        "{path}?{query}: {reason}"
    );
}

/// What is told to people is told to programs: what was sent, and what was meant.
fn tells_programs(error: &Json, asked: &str) {
    let reason = error["reason"].as_str().unwrap();
    let value = error["value"].as_str().unwrap();
    assert!(!value.is_empty(), "{asked}: {error}");
    if let Some((_, meant)) = reason.split_once("did you mean `") {
        let meant = meant.trim_end_matches("`?");
        assert_eq!(error["suggestion"], meant, "{asked}: {error}");
    }
    let is_no_parameter = reason.starts_with("is no parameter");
    let told = error["code"] == "unknown_parameter";
    assert_eq!(is_no_parameter, told, "{asked}: {error}");
}

#[actix_web::test]
async fn a_wrong_parameter_has_a_code_what_was_sent_and_what_to_send() {
    let long = "x".repeat(400);
    let many = vec!["a"; 201].join(",");
    for register in seeded() {
        for (url, code, value, suggestion) in [
            (
                "/v1/measures?plann=x",
                "unknown_parameter",
                json!("x"),
                json!("plan"),
            ),
            (
                "/v1/measures?start_year__gte=2016",
                "unknown_parameter",
                json!("2016"),
                json!("start_year[gte]"),
            ),
            (
                "/v1/measures?start_year[between]=1,2",
                "unknown_parameter",
                json!("1,2"),
                Json::Null,
            ),
            ("/v1?x=1", "unknown_parameter", json!("1"), Json::Null),
            (
                "/v1/measures/az-nap-2016-2018-5.4?fieds=id",
                "unknown_parameter",
                json!("id"),
                json!("fields"),
            ),
            (
                "/v1/measures?agency=maliye-nazirliyi",
                "unknown_value",
                json!("maliye-nazirliyi"),
                json!("maliyye-nazirliyi"),
            ),
            (
                "/v1/measures?agency=maliyye-nazirliyi,maliye-nazirliyi",
                "unknown_value",
                json!("maliye-nazirliyi"),
                json!("maliyye-nazirliyi"),
            ),
            (
                "/v1/measures?completion_self_reported=limited,compleet",
                "unknown_value",
                json!("compleet"),
                json!("complete"),
            ),
            (
                "/v1/measures?role=executer",
                "unknown_value",
                json!("executer"),
                json!("executor"),
            ),
            (
                "/v1/measures?country=aze",
                "unknown_value",
                json!("aze"),
                json!("AZ"),
            ),
            (
                "/v1/measures?sort=plan_id,-titel",
                "unknown_value",
                json!("-titel"),
                json!("-title"),
            ),
            (
                "/v1/measures?fields=id,titel",
                "unknown_value",
                json!("titel"),
                json!("title"),
            ),
            (
                "/v1/measures?include=assignments.agncy",
                "unknown_value",
                json!("agncy"),
                json!("agency"),
            ),
            (
                "/v1/measures?facets=plann",
                "unknown_value",
                json!("plann"),
                json!("plan"),
            ),
            (
                "/v1/measures.csv?lang=Azeri",
                "unknown_value",
                json!("Azeri"),
                Json::Null,
            ),
            (
                "/v1/measures/stats?group_by=agncy",
                "unknown_value",
                json!("agncy"),
                json!("agency"),
            ),
            (
                "/v1/changes?action=create",
                "unknown_value",
                json!("create"),
                json!("created"),
            ),
            (
                "/v1/changes?resource=measure",
                "unknown_value",
                json!("measure"),
                json!("measures"),
            ),
            (
                "/v1/search?q=a&resource=agencies,measurs",
                "unknown_value",
                json!("measurs"),
                json!("measures"),
            ),
            (
                "/v1/plans/az-nap-2016-2018/scorecard?by=yaer",
                "unknown_value",
                json!("yaer"),
                json!("year"),
            ),
            (
                "/v1/measures?limit=ten",
                "not_a_number",
                json!("ten"),
                Json::Null,
            ),
            (
                "/v1/measures?start_year=MMXVI",
                "not_a_number",
                json!("MMXVI"),
                Json::Null,
            ),
            (
                "/v1/changes?since=now",
                "not_a_number",
                json!("now"),
                Json::Null,
            ),
            (
                "/v1/plans/az-nap-2016-2018/scorecard?year=x",
                "not_a_number",
                json!("x"),
                Json::Null,
            ),
            (
                "/v1/sources?published_on[gte]=27.02.2020",
                "not_a_date",
                json!("27.02.2020"),
                Json::Null,
            ),
            (
                "/v1/measures?updated_at[gte]=today",
                "not_a_date",
                json!("today"),
                Json::Null,
            ),
            (
                "/v1/measures?labels=1",
                "not_true_or_false",
                json!("1"),
                json!("true"),
            ),
            (
                "/v1/measures?indicator[missing]=perhaps",
                "not_true_or_false",
                json!("perhaps"),
                Json::Null,
            ),
            (
                "/v1/measures?limit=0",
                "out_of_range",
                json!("0"),
                json!("1"),
            ),
            (
                "/v1/measures?page=2000000",
                "out_of_range",
                json!("2000000"),
                json!("1000000"),
            ),
            (
                "/v1/search?q=a&page=-1",
                "out_of_range",
                json!("-1"),
                json!("1"),
            ),
            (
                "/v1/plans/az-nap-2016-2018/scorecard?year=21",
                "out_of_range",
                json!("21"),
                Json::Null,
            ),
            (
                &format!("/v1/measures?title[contains]={long}"),
                "too_long",
                json!(format!("{}…", "x".repeat(200))),
                Json::Null,
            ),
            (
                &format!("/v1/measures?start_year={many}"),
                "too_many_values",
                json!(format!("{}…", &many[..200])),
                Json::Null,
            ),
            (
                "/v1/measures?plan=a&plan=b",
                "given_twice",
                json!("b"),
                Json::Null,
            ),
            ("/v1/measures?plan=", "no_value", json!(""), Json::Null),
            ("/v1/measures/stats", "missing", Json::Null, Json::Null),
            ("/v1/search", "missing", Json::Null, Json::Null),
            (
                "/v1/measures.csv?limit=5",
                "not_taken",
                json!("5"),
                Json::Null,
            ),
            (
                "/v1/measures.atom?sort=title",
                "not_taken",
                json!("title"),
                Json::Null,
            ),
            (
                "/v1/obligations.ics?page=2",
                "not_taken",
                json!("2"),
                Json::Null,
            ),
            (
                "/v1/measures/stats?group_by=plan&limit=5",
                "not_taken",
                json!("5"),
                Json::Null,
            ),
            ("/v1/measures?q=a*", "too_short", json!("a*"), Json::Null),
            ("/v1/measures?cursor=x", "malformed", json!("x"), Json::Null),
            (
                "/v1/measures?title=%00",
                "malformed",
                json!("\0"),
                Json::Null,
            ),
            (
                "/v1/measures?title=%FE",
                "malformed",
                json!("%FE"),
                Json::Null,
            ),
        ] {
            let answer = register.get(url).await;
            assert_eq!(
                answer.status,
                StatusCode::BAD_REQUEST,
                "{url}: {}",
                answer.text()
            );
            let error = &answer.json()["errors"][0];
            let told = (&error["code"], &error["value"], &error["suggestion"]);
            assert_eq!(told, (&json!(code), &value, &suggestion), "{url}: {error}");
        }
        let next = register.json("/v1/measures?limit=2").await["meta"]["next_cursor"].clone();
        let url = format!(
            "/v1/measures?limit=2&sort=title&cursor={}",
            next.as_str().unwrap()
        );
        let error = register.get(&url).await.json()["errors"][0].clone();
        assert_eq!(error["code"], "contradiction", "{error}");
        assert_eq!(error["value"], next, "{error}");
    }
}

#[actix_web::test]
async fn what_is_not_there_is_told_with_what_is_most_like_it() {
    for register in seeded() {
        for (url, suggestion) in [
            ("/v1/agencies/maliye-nazirliyi", json!("maliyye-nazirliyi")),
            (
                "/v1/agencies/maliye-nazirliyi/history",
                json!("maliyye-nazirliyi"),
            ),
            ("/v1/mesures", json!("/v1/measures")),
            ("/v1/agencies/0", Json::Null),
        ] {
            let answer = register.get(url).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{url}");
            assert_eq!(answer.json()["suggestion"], suggestion, "{url}");
        }
    }
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
                "`agency` takes no operator: it can be asked for by its values alone",
            ),
            (
                "role[missing]=true",
                "`role` takes no operator: it can be asked for by its values alone",
            ),
            (
                "agency[contains]=x",
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
        for path in [
            "/v1/measures/%ff",
            "/v1/%FEeffaf",
            "/v1/plans/%ff/scorecard",
        ] {
            let answer = register.get(path).await;
            assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
            let words = format!("The path is not UTF-8: `{path}`; in UTF-8 `ş` is `%C5%9F`");
            assert_eq!(answer.json()["detail"], words);
        }
    }
}

/// It would let everything through. A blank does not: it finds the texts of several words.
#[actix_web::test]
async fn a_filter_by_what_nobody_sees_is_refused() {
    for register in seeded() {
        for (path, parameter, sent) in [
            ("agencies", "name[contains]", "\u{ad}"),
            ("agencies", "name[prefix]", "\u{200b}\u{feff}"),
            ("agencies", "name[contains]", "\u{301}"),
            ("agencies", "aliases[contains]", "\u{e0061}"),
            ("agencies", "id[prefix]", "\u{2060}"),
            ("agencies", "id", "\u{ad}"),
            ("agencies", "kind", "\u{ad}"),
            ("measures", "number", "\u{ad}"),
            ("measures", "start_year[gte]", "\u{ad}"),
            ("measures", "plan", "\u{ad}"),
            ("sources", "language", "\u{ad}"),
        ] {
            let url = format!("/v1/{path}?{}={}", encoded(parameter), encoded(sent));
            let answer = register.get(&url).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
            let error = &answer.json()["errors"][0];
            assert_eq!(error["parameter"], parameter);
            assert_eq!(error["code"], "no_value", "{url}");
            assert_eq!(error["value"], sent, "{url}");
        }
        let one_word = register.json("/v1/agencies?limit=500").await;
        let names = texts(&one_word["data"], "name");
        let several = names.iter().filter(|name| name.contains(' ')).count();
        assert_eq!((names.len(), several), (83, 82));
        assert_eq!(register.total("/v1/agencies?name[contains]=%20").await, 82);
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

//! Citations name the record, the register with its version and day, the address, the licence and the document.

use crate::support::{self, Memory, PUBLIC_URL, Register, seeded};
use actix_web::http::{Method, StatusCode};

const REGISTER: &str = "Açıq Plan: Azerbaijan's National Action Plans on open government";
const MEASURE: &str = "/v1/measures/az-nap-2016-2018-5.4";
const TITLE: &str =
    "Dövlət büdcəsinin icrası ilə bağlı rüblük hesabatların internet səhifəsində yerləşdirilməsi";
const SOURCE: &str =
    "Açıq hökumətin təşviqinə dair 2016-2018-ci illər üçün Milli Fəaliyyət Planı, bənd 5.4";

/// The version of the dataset and its day.
async fn version(register: &Register) -> (String, String) {
    let index = register.json("/v1").await;
    let day = index["data"]["updated_at"].as_str().unwrap()[..10].to_owned();
    (index["meta"]["dataset_version"].to_string(), day)
}

#[actix_web::test]
async fn a_record_is_cited_in_prose() {
    for register in seeded() {
        let (version, day) = version(&register).await;
        let answer = register.get(&format!("{MEASURE}/citation")).await;
        assert_eq!(answer.header("content-type"), "text/plain; charset=utf-8");
        assert_eq!(
            answer.text(),
            format!(
                "“{TITLE}”. {REGISTER}. Version {version}, {day}. {PUBLIC_URL}{MEASURE} (CC-BY-4.0). \
                 Source: {SOURCE}.\n"
            )
        );
    }
}

#[actix_web::test]
async fn a_record_is_cited_as_bibtex() {
    for register in seeded() {
        let (version, day) = version(&register).await;
        let answer = register.get(&format!("{MEASURE}/citation.bib")).await;
        assert_eq!(
            answer.header("content-type"),
            "application/x-bibtex; charset=utf-8"
        );
        let text = answer.text();
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], "@misc{az-nap-2016-2018-5.4,");
        assert_eq!(*lines.last().unwrap(), "}");
        for line in [
            format!("  title = {{{{{TITLE}}}}},"),
            format!("  howpublished = {{In: {REGISTER}}},"),
            format!("  year = {{{}}},", &day[..4]),
            format!("  version = {{{version}}},"),
            format!("  note = {{Licence: CC-BY-4.0. Source: {SOURCE}.}},"),
            format!("  url = {{{PUBLIC_URL}{MEASURE}}},"),
        ] {
            assert!(lines.contains(&line.as_str()), "{line} is not in {text}");
        }
    }
}

#[actix_web::test]
async fn what_means_something_to_tex_is_escaped() {
    for register in seeded() {
        let odd = Memory::seeds().with("measures.csv", TITLE, "50% of {budget} & _all_");
        register.load(&odd).unwrap();
        let text = register
            .get(&format!("{MEASURE}/citation.bib"))
            .await
            .text();
        let title = r"  title = {{50\% of \textbraceleft{}budget\textbraceright{} \& \_all\_}},";
        assert!(text.lines().any(|line| line == title), "{text}");
    }
}

#[actix_web::test]
async fn a_record_is_cited_as_csl_json() {
    for register in seeded() {
        let (version, day) = version(&register).await;
        let answer = register.get(&format!("{MEASURE}/citation.csl.json")).await;
        let kind = "application/vnd.citationstyles.csl+json";
        assert_eq!(answer.header("content-type"), kind);
        let items = answer.json();
        assert_eq!(items.as_array().unwrap().len(), 1);
        let item = &items[0];
        assert_eq!(item["title"], TITLE);
        assert_eq!(item["container-title"], REGISTER);
        assert_eq!(item["URL"], format!("{PUBLIC_URL}{MEASURE}"));
        assert_eq!(item["version"], version);
        let parts: Vec<i64> = day.split('-').map(|part| part.parse().unwrap()).collect();
        assert_eq!(item["issued"]["date-parts"][0], serde_json::json!(parts));
        assert_eq!(
            item["note"],
            format!("Licence: CC-BY-4.0. Source: {SOURCE}.")
        );
    }
}

#[actix_web::test]
async fn the_form_is_chosen_by_accept_too() {
    for register in seeded() {
        for (accept, extension) in [
            ("text/plain", "txt"),
            ("application/x-bibtex", "bib"),
            ("application/vnd.citationstyles.csl+json", "csl.json"),
        ] {
            for of in [MEASURE, "/v1"] {
                let accept = [("accept", accept)];
                let asked = register
                    .ask(Method::GET, &format!("{of}/citation"), &accept)
                    .await;
                let named = register.get(&format!("{of}/citation.{extension}")).await;
                assert_eq!(asked.status, StatusCode::OK);
                assert_eq!(asked.body, named.body, "{of} {extension}");
            }
        }
        let picture = [("accept", "image/png")];
        let refused = register.ask(Method::GET, "/v1/citation", &picture).await;
        assert_eq!(refused.status, StatusCode::NOT_ACCEPTABLE);
        let unknown = register.get("/v1/citation.ris").await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    }
}

#[actix_web::test]
async fn what_somebody_said_is_cited_with_who_said_it_and_where() {
    for register in seeded() {
        let url = "/v1/status-entries/az-nap-2020-2022-2.11-2021-korrupsiyaya-qarsi-mubarize-uzre-komissiya/citation";
        let text = register.get(url).await.text();
        let start = "“Status entry (Korrupsiyaya qarşı mübarizə üzrə Komissiya, 2021): Dövlət satınalmalarının";
        assert!(text.starts_with(start), "{text}");
        assert!(text.ends_with("M Ə L U M A T I, bənd 2.11.\n"), "{text}");
        // an assignment names no document; its measure does
        let url = "/v1/assignments/az-nap-2016-2018-1.1-nazirler-kabineti/citation";
        let text = register.get(url).await.text();
        assert!(
            text.starts_with("“Assignment (Nazirlər Kabineti): "),
            "{text}"
        );
        assert!(
            text.ends_with("Milli Fəaliyyət Planı, bənd 1.1.\n"),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn the_register_is_cited_as_the_index_cites_it() {
    for register in seeded() {
        let (version, day) = version(&register).await;
        let text = register.get("/v1/citation").await.text();
        assert_eq!(
            text,
            format!("{REGISTER}. Version {version}, {day}. {PUBLIC_URL}/v1 (CC-BY-4.0)\n")
        );
        let index = register.json("/v1").await;
        assert_eq!(index["data"]["citation"], text.trim_end());
        let csl = register.json("/v1/citation.csl.json").await;
        assert_eq!(csl[0]["publisher"], "Açıq Plan");
        assert_eq!(csl[0]["URL"], format!("{PUBLIC_URL}/v1"));
    }
}

#[actix_web::test]
async fn every_record_can_be_cited() {
    for register in seeded() {
        let index = register.json("/v1").await;
        for resource in index["data"]["resources"].as_array().unwrap() {
            let list = support::path_of(&resource["url"]).unwrap();
            for id in register.ids(&format!("{list}?limit=3")).await {
                for form in ["", ".bib", ".csl.json"] {
                    let url = format!("{list}/{id}/citation{form}");
                    let answer = register.get(&url).await;
                    assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
                    assert!(
                        answer.text().contains(&format!("{PUBLIC_URL}{list}/{id}")),
                        "{url}"
                    );
                }
            }
        }
    }
}

#[actix_web::test]
async fn what_is_not_there_is_not_cited() {
    for register in seeded() {
        let answer = register
            .get("/v1/measures/az-nap-2016-2018-4.1.9/citation")
            .await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(answer.text().contains("did you mean"));
        let seeds = Memory::seeds();
        let figures = seeds.text("figures.csv");
        let id = "az-monitoring-2016-2018-f1,";
        let line = figures.lines().find(|line| line.starts_with(id)).unwrap();
        let row = "w1,figures,az-monitoring-2016-2018-f1,counted twice,";
        let withdrawn = seeds
            .with("figures.csv", &format!("{line}\n"), "")
            .and("withdrawals.csv", row);
        register.load(&withdrawn).unwrap();
        let gone = register
            .get("/v1/figures/az-monitoring-2016-2018-f1/citation")
            .await;
        assert_eq!(gone.status, StatusCode::GONE, "{}", gone.text());
    }
}

//! Calendars: the right days, the same events for ever, one more SEQUENCE with every correction.

use crate::support::{Memory, Register, empty, seeded};
use actix_web::http::{Method, StatusCode};
use std::collections::BTreeMap;

type Event = BTreeMap<String, String>;

/// The events, by their UIDs; each with its properties as they stand, unfolded and unescaped.
async fn events(register: &Register, url: &str) -> BTreeMap<String, Event> {
    let text = calendar(register, url).await;
    let mut events = BTreeMap::new();
    for event in text.split("BEGIN:VEVENT\r\n").skip(1) {
        let (event, _) = event.split_once("END:VEVENT").unwrap();
        let event: Event = event.lines().map(property).collect();
        let earlier = events.insert(event["UID"].clone(), event);
        assert!(earlier.is_none(), "a UID stands twice");
    }
    events
}

async fn calendar(register: &Register, url: &str) -> String {
    let answer = register.get(url).await;
    assert_eq!(answer.status, StatusCode::OK, "{url}: {}", answer.text());
    assert_eq!(
        answer.header("content-type"),
        "text/calendar; charset=utf-8"
    );
    let text = answer.text();
    assert!(text.starts_with("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"));
    assert!(text.ends_with("END:VCALENDAR\r\n"));
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "longer than 75 bytes: {line}");
        assert!(!line.contains(char::is_control), "{line:?}");
    }
    text.replace("\r\n ", "")
}

fn property(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap();
    let value = value
        .replace("\\n", "\n")
        .replace("\\,", ",")
        .replace("\\;", ";");
    (name.to_owned(), value)
}

#[actix_web::test]
async fn a_year_alone_makes_no_event_and_a_calendar_without_events_has_a_component() {
    for register in seeded() {
        for url in ["/v1/measures.ics", "/v1/obligations.ics?number=1"] {
            let text = calendar(&register, url).await;
            assert!(!text.contains("VEVENT"), "{text}");
            assert!(!text.contains("1231"), "{text}");
            let components: Vec<&str> = text
                .lines()
                .filter_map(|line| line.strip_prefix("BEGIN:"))
                .collect();
            assert_eq!(components, ["VCALENDAR", "VTIMEZONE", "STANDARD"], "{url}");
        }
        let text = calendar(&register, "/v1/obligations.ics").await;
        assert!(!text.contains("VTIMEZONE"), "{text}");
    }
}

#[actix_web::test]
async fn a_duty_of_more_bodies_than_are_told_says_so() {
    for (bodies, has_more) in [(90, false), (101, true)] {
        let mut package = long_plan();
        for number in 0..bodies {
            package = package
                .and(
                    "agencies.csv",
                    &format!("body-{number},AZ,Qurum {number},,other,,,[]"),
                )
                .and(
                    "obligation_parties.csv",
                    &format!(
                        "party-{number},az-nap-2020-2022-o2.1,body-{number},addressee,binding,{},x",
                        100 + number
                    ),
                );
        }
        for register in empty() {
            register.load(&package).unwrap();
            let text = calendar(&register, "/v1/obligations.ics?number=2.1").await;
            assert!(text.contains("Qurum 50"), "{text}");
            assert_eq!(text.contains("\\; …\\n"), has_more, "{text}");
        }
    }
}

/// The seeds with a plan that does not end before 2199.
fn long_plan() -> Memory {
    Memory::seeds().with("plans.csv", ",2020,2022,", ",2020,2199,")
}

#[actix_web::test]
async fn a_calendar_reminds_of_what_is_ahead_and_of_nothing_that_is_past() {
    for register in seeded() {
        let past = calendar(&register, "/v1/obligations.ics").await;
        assert!(past.contains("RRULE:FREQ=YEARLY;UNTIL=20221230\r\n"));
        assert!(!past.contains("VALARM"), "{past}");
        register.load(&long_plan()).unwrap();
        let ahead = calendar(&register, "/v1/obligations.ics").await;
        assert!(ahead.contains("RRULE:FREQ=YEARLY;UNTIL=21991230\r\n"));
        let (_, alarm) = ahead.split_once("BEGIN:VALARM\r\n").unwrap();
        let (alarm, _) = alarm.split_once("END:VALARM\r\n").unwrap();
        let alarm: Event = alarm.lines().map(property).collect();
        let names: Vec<&str> = alarm.keys().map(String::as_str).collect();
        assert_eq!(names, ["ACTION", "DESCRIPTION", "TRIGGER"]);
        assert_eq!(alarm["ACTION"], "DISPLAY");
        assert_eq!(alarm["TRIGGER"], "-P7D");
        assert!(alarm["DESCRIPTION"].starts_with("2.1 “Açıq hökumətin təşviqinə"));
        let again = calendar(&register, "/v1/obligations.ics").await;
        assert_eq!(again, ahead);
    }
}

#[actix_web::test]
async fn the_yearly_report_is_due_in_every_year_of_the_plan() {
    for register in seeded() {
        let events = events(&register, "/v1/obligations.ics").await;
        let uids: Vec<&str> = events.keys().map(String::as_str).collect();
        // the only duty with a day of the year
        assert_eq!(uids, ["az-nap-2020-2022-o2.1@obligations.aciqplan"]);
        let event = &events[uids[0]];
        assert_eq!(event["DTSTART;VALUE=DATE"], "20201230");
        assert_eq!(event["DTEND;VALUE=DATE"], "20201231");
        assert_eq!(event["RRULE"], "FREQ=YEARLY;UNTIL=20221230");
        assert!(event["SUMMARY"].starts_with("2.1 “Açıq hökumətin təşviqinə"));
        assert!(event["DESCRIPTION"].contains("hər il dekabrın 30-dək"));
        assert!(event["DESCRIPTION"].contains("dövlət adından yaradılmış publik hüquqi şəxslər"));
    }
}

#[actix_web::test]
async fn a_day_that_a_month_does_not_have_is_its_last() {
    for register in seeded() {
        let seeds = Memory::seeds().with(
            "obligations.csv",
            "yearly,12,30,1,az-decree",
            "yearly,2,29,1,az-decree",
        );
        register.load(&seeds).unwrap();
        let events = events(&register, "/v1/obligations.ics").await;
        let event = events.values().next().unwrap();
        assert_eq!(event["DTSTART;VALUE=DATE"], "20200229");
        assert_eq!(event["DTEND;VALUE=DATE"], "20200301");
        let last_day = "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1;UNTIL=20220228";
        assert_eq!(
            event["RRULE"], last_day,
            "the 29th in leap years, else the 28th"
        );
    }
}

#[actix_web::test]
async fn a_calendar_has_the_filters_of_the_list() {
    for register in seeded() {
        for (filter, count) in [
            ("plan=az-nap-2020-2022", 1),
            ("plan=az-nap-2016-2018", 0),
            ("recurrence=yearly&q=hesabat", 1),
            ("q=qwxz", 0),
        ] {
            let events = events(&register, &format!("/v1/obligations.ics?{filter}")).await;
            assert_eq!(events.len(), count, "{filter}");
        }
        let other = "/v1/measures.ics?agency=no-such-body";
        assert_eq!(register.get(other).await.status, StatusCode::BAD_REQUEST);
        for parameter in [
            "limit=5",
            "cursor=a",
            "page=1",
            "sort=id",
            "fields=id",
            "include=plan",
        ] {
            let url = format!("/v1/measures.ics?{parameter}");
            let answer = register.get(&url).await;
            assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{url}");
            assert!(answer.text().contains("holds all that matches"), "{url}");
        }
        let of_others = register.get("/v1/agencies.ics").await;
        assert_eq!(of_others.status, StatusCode::NOT_FOUND);
    }
}

#[actix_web::test]
async fn an_event_keeps_its_uid_and_counts_its_corrections() {
    for register in empty() {
        register.load(&Memory::seeds()).unwrap();
        register.backdate();
        let url = "/v1/obligations.ics";
        let before = events(&register, url).await;
        let uid = "az-nap-2020-2022-o2.1@obligations.aciqplan";
        assert_eq!(before[uid]["SEQUENCE"], "0");
        assert_eq!(before[uid]["LAST-MODIFIED"], "20200227T090000Z");
        let later = Memory::seeds().with(
            "obligations.csv",
            "yearly,12,30,1,az-decree",
            "yearly,12,29,1,az-decree",
        );
        register.load(&later).unwrap();
        let after = events(&register, url).await;
        assert_eq!(after[uid]["SEQUENCE"], "1");
        assert_eq!(after[uid]["DTSTART;VALUE=DATE"], "20201229");
        assert!(after[uid]["LAST-MODIFIED"] > before[uid]["LAST-MODIFIED"]);
        assert_eq!(after[uid]["DTSTAMP"], after[uid]["LAST-MODIFIED"]);
        // a duty has its years from the plan
        let plan = later.with("plans.csv", ",2020,2022,", ",2020,2023,");
        register.load(&plan).unwrap();
        let again = events(&register, url).await;
        assert_eq!(again[uid]["SEQUENCE"], "2");
        assert_eq!(again[uid]["RRULE"], "FREQ=YEARLY;UNTIL=20231229");
    }
}

#[actix_web::test]
async fn a_calendar_says_what_it_is_and_when_to_come_again() {
    for register in seeded() {
        let text = calendar(&register, "/v1/measures.ics?agency=maliyye-nazirliyi").await;
        for line in [
            "PRODID:-//aciqplan//Açıq Plan//EN",
            "X-WR-CALNAME:Açıq Plan: Azerbaijan's National Action Plans on open government: measures (agency=maliyye-nazirliyi)",
            "REFRESH-INTERVAL;VALUE=DURATION:P1D",
        ] {
            assert!(text.contains(&format!("{line}\r\n")), "{line}\n{text}");
        }
    }
}

#[actix_web::test]
async fn any_text_keeps_a_calendar_readable() {
    for register in seeded() {
        let seeds = Memory::seeds().with(
            "obligations.csv",
            "-o2.1,az-nap-2020-2022,2.1,\"Mərkəzi",
            "-o2.1,az-nap-2020-2022,2.1,\"a, b; c \\ d\te\u{1}f\u{2028}g\rh\r\ni Mərkəzi",
        );
        register.load(&seeds).unwrap();
        let text = calendar(&register, "/v1/obligations.ics").await;
        let expected = "a\\, b\\; c \\\\ d e f\\ng\\nh\\ni Mərkəzi və";
        assert!(text.contains(expected), "{text}");
        let odd = "/v1/measures.ics?title[contains]=a,b;c%0D%0ABEGIN:VEVENT";
        let text = calendar(&register, odd).await;
        assert!(
            text.contains("(title[contains]=a\\,b\\;c\\nBEGIN:VEVENT)"),
            "{text}"
        );
    }
}

#[actix_web::test]
async fn both_databases_give_the_same_calendars_and_an_unchanged_one_is_not_sent_again() {
    let registers = seeded();
    for url in ["/v1/measures.ics", "/v1/obligations.ics"] {
        let mut texts = Vec::new();
        for register in &registers {
            register.backdate();
            let answer = register.get(url).await;
            let tag = answer.header("etag");
            let condition = [("if-none-match", tag)];
            let again = register.ask(Method::GET, url, &condition).await;
            assert_eq!(again.status, StatusCode::NOT_MODIFIED);
            texts.push(answer.text());
        }
        assert!(texts.iter().all(|text| *text == texts[0]), "{url}");
    }
}

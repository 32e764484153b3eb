//! Both databases, holding the same, are asked the same, with answers kept and with none kept.

use crate::support::{Answer, Register, seeded};
use aciqplan::{cli::args::Cli, server::FrontState};
use actix_web::{
    http::{Method, header::CONTENT_TYPE},
    web,
};
use clap::Parser;

/// Registers whose records have the same times, so that their answers are the same bytes: each database twice, once
/// where answers are kept and once where none is.
pub fn alike() -> Vec<Register> {
    let mut registers = seeded();
    for register in &registers {
        register.backdate();
    }
    let unkept = |register: &Register| {
        let settings = Cli::parse_from(["aciqplan", "--cache-bytes", "0"]);
        register.behind(web::Data::new(FrontState::new(&settings.serve.limits)))
    };
    let unkept: Vec<Register> = registers.iter().map(unkept).collect();
    registers.extend(unkept);
    registers
}

/// What all registers answer, twice, as the second answer may be one that was kept; none may fail, and what can be
/// read as text must be the same.
pub async fn same_answer(registers: &[Register], url: &str) {
    let id = [("x-request-id", "the-same")];
    let mut answers: Vec<Answer> = Vec::new();
    for register in registers.iter().chain(registers) {
        let answer = register.ask(Method::GET, url, &id).await;
        let fine = answer.status.is_success() || answer.status.is_client_error();
        assert!(fine, "{} {url}: {}", register.name, answer.text());
        answers.push(answer);
    }
    let (ours, others) = answers.split_first().expect("registers");
    for theirs in others {
        compare(ours, theirs, url);
    }
}

fn compare(ours: &Answer, theirs: &Answer, url: &str) {
    assert_eq!(ours.status, theirs.status, "{url}");
    let kind = ours.header(CONTENT_TYPE.as_str());
    assert_eq!(kind, theirs.header(CONTENT_TYPE.as_str()), "{url}");
    let is_text = ["text/", "json", "xml"].iter().any(|it| kind.contains(it));
    if is_text {
        assert_eq!(ours.text(), theirs.text(), "{url}");
    }
}

pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

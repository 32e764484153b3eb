//! Both databases, holding the same, are asked the same.

use super::support::{Answer, Register, seeded};
use actix_web::http::{Method, header::CONTENT_TYPE};

/// Registers whose records have the same times, so that their answers are the same bytes.
pub fn alike() -> Vec<Register> {
    let registers = seeded();
    for register in &registers {
        register.backdate();
    }
    registers
}

/// What both registers answer; neither may fail, and what can be read as text must be the same.
pub async fn same_answer(registers: &[Register], url: &str) {
    let id = [("x-request-id", "the-same")];
    let mut answers: Vec<Answer> = Vec::new();
    for register in registers {
        let answer = register.ask(Method::GET, url, &id).await;
        let fine = answer.status.is_success() || answer.status.is_client_error();
        assert!(fine, "{} {url}: {}", register.name, answer.text());
        answers.push(answer);
    }
    let [ours, theirs] = answers.as_slice() else {
        panic!("two registers");
    };
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

//! The limit that the service is measured against: actix-web alone, sending answers that it was given.
//!
//! `bare ADDRESS WORKERS FOLDER`: `/0` is answered with the headers of `FOLDER/0.headers`, a line each, and
//! the body of `FOLDER/0.body`; `/1` and so on likewise.

use actix_web::{
    App, HttpResponse, HttpServer,
    http::header::{HeaderName, HeaderValue},
    web::{self, Bytes},
};
use mimalloc::MiMalloc;
use std::{env, error::Error, fs, path::Path};

/// As the service has it: the difference is to be that of the services.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// An answer, ready to send.
#[derive(Clone)]
struct Answer {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

fn read(folder: &Path, number: usize) -> Result<Answer, Box<dyn Error>> {
    let body = fs::read(folder.join(format!("{number}.body")))?.into();
    let mut headers = Vec::new();
    for line in fs::read_to_string(folder.join(format!("{number}.headers")))?.lines() {
        let (name, value) = line.split_once(": ").ok_or("a header has no value")?;
        headers.push((name.parse()?, value.parse()?));
    }
    Ok(Answer { headers, body })
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [address, workers, folder] = arguments.as_slice() else {
        return Err("say: ADDRESS WORKERS FOLDER".into());
    };
    let folder = Path::new(folder);
    let mut answers = Vec::new();
    while folder.join(format!("{}.body", answers.len())).exists() {
        answers.push(read(folder, answers.len())?);
    }
    let server = HttpServer::new(move || {
        let mut app = App::new();
        for (number, answer) in answers.iter().cloned().enumerate() {
            let send = move || {
                let Answer { headers, body } = answer.clone();
                async move {
                    let mut response = HttpResponse::Ok();
                    for header in headers {
                        response.append_header(header);
                    }
                    response.body(body)
                }
            };
            app = app.route(&format!("/{number}"), web::get().to(send));
        }
        app
    });
    Ok(server
        .workers(workers.parse()?)
        .bind(address)?
        .run()
        .await?)
}

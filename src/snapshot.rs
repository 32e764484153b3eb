//! A snapshot: what the service answers, as files that any web server can serve after it.
//!
//! The service is started for this process alone and asked for every list, record, feed and calendar, so a
//! file has what an answer has. Its public address is a name that stands nowhere else; wherever an answer
//! holds it, the address of the file takes its place.

use crate::{
    api::{self, List, State, escaped, folded},
    database::Database,
    server,
};
use actix_web::{HttpServer, rt, web};
use serde_json::Value as Json;
use std::{
    collections::HashMap,
    fs,
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
};

/// The public address of the service while it is asked: of a domain that cannot exist (RFC 6761).
const SERVICE: &str = "http://snapshot.invalid";
/// How many records a page of JSON has.
const PAGE: &str = "?limit=500";

/// Writes the files; says how many.
///
/// Files of an earlier snapshot are written over, and those of records that are no more stay.
pub async fn write(database: Database, folder: &Path, public_url: &str) -> io::Result<usize> {
    let state = web::Data::new(State::new(database, SERVICE, None));
    let service = HttpServer::new(move || server::app(state.clone()))
        .workers(1)
        .disable_signals()
        .bind("127.0.0.1:0")?;
    let address = service.addrs()[0];
    let running = service.run();
    let handle = running.handle();
    rt::spawn(running);
    let mut snapshot = Snapshot {
        service: address,
        folder: folder.to_owned(),
        public_url: public_url.trim_end_matches('/').to_owned(),
        files: 0,
    };
    let written = web::block(move || snapshot.write().map(|()| snapshot.files)).await;
    handle.stop(true).await;
    written.map_err(io::Error::other)?
}

struct Snapshot {
    service: SocketAddr,
    folder: PathBuf,
    public_url: String,
    files: usize,
}

/// What the service answered.
struct Answer {
    /// The pages beside it, by their relations.
    links: HashMap<String, String>,
    body: Vec<u8>,
}

impl Snapshot {
    fn write(&mut self) -> io::Result<()> {
        let mut list_items = String::new();
        for list in api::lists() {
            list_items += &self.list(&list)?;
        }
        let nothing = HashMap::new();
        for (path, file) in [("/v1", "v1/index.json"), ("/openapi.json", "openapi.json")] {
            let answer = self.get(path)?;
            self.save(file, answer.body, &nothing)?;
        }
        let index: Json = serde_json::from_slice(&self.get("/v1")?.body)?;
        let text = |name: &str| escaped(index["data"][name].as_str().unwrap_or_default());
        let citation = text("citation");
        let body = format!(
            "<h1>{title}</h1>\n<p><a href=\"v1/index.json\">What there is</a>; \
             <a href=\"openapi.json\">the OpenAPI document</a> of the service.</p>\n\
             <ul>\n{list_items}</ul>\n<p><cite>{citation}</cite></p>\n",
            title = text("title"),
        );
        let page = page(&text("title"), &body);
        self.save("index.html", page.into_bytes(), &nothing)
    }

    /// Writes a list in all its formats, and its records; says of it in a line of HTML what there is.
    fn list(&mut self, list: &List) -> io::Result<String> {
        let name = list.path.trim_start_matches('/').to_owned();
        let mut ids = Vec::new();
        let mut links = Vec::new();
        for extension in &list.extensions {
            let query = if *extension == "json" { PAGE } else { "" };
            let mut next = Some(format!("{}.{extension}{query}", list.path));
            let mut number = 1;
            while let Some(path) = next {
                let answer = self.get(&path)?;
                if list.has_records && *extension == "json" {
                    ids.extend(read_ids(&answer.body)?);
                }
                let file = |number: usize| match number {
                    0 | 1 => format!("{name}.{extension}"),
                    number => format!("{name}-{number}.{extension}"),
                };
                let beside = ["first", "prev", "next"]
                    .into_iter()
                    .zip([1, number - 1, number + 1]);
                let mut pages: HashMap<String, String> = beside
                    .filter_map(|(relation, number)| {
                        Some((answer.links.get(relation)?.clone(), file(number)))
                    })
                    .collect();
                pages.insert(path, file(number));
                next = answer.links.get("next").cloned();
                self.save(&file(number), answer.body, &pages)?;
                number += 1;
            }
            links.push(format!("<a href=\"{name}.{extension}\">{extension}</a>"));
        }
        if list.has_records {
            self.records(&list.path, &ids)?;
            links.push(format!(
                "<a href=\"{name}/index.html\">{} records</a>",
                ids.len()
            ));
        }
        Ok(format!("<li>{name}: {}\n", links.join(", ")))
    }

    fn records(&mut self, path: &str, ids: &[String]) -> io::Result<()> {
        let name = path.trim_start_matches('/');
        let nothing = HashMap::new();
        let mut items = String::new();
        for id in ids {
            let answer = self.get(&format!("{path}/{id}"))?;
            self.save(&format!("{name}/{id}.json"), answer.body, &nothing)?;
            let item = format!("<li><a href=\"{id}.json\">{id}</a>\n");
            items.push_str(&item);
        }
        let body = format!("<h1>{name}</h1>\n<ul>\n{items}</ul>\n");
        let file = format!("{name}/index.html");
        self.save(&file, page(name, &body).into_bytes(), &nothing)
    }

    /// Asks the service. HTTP/1.0 gives the body as it is, and the end of the connection ends it.
    fn get(&self, path: &str) -> io::Result<Answer> {
        let mut connection = TcpStream::connect(self.service)?;
        write!(
            connection,
            "GET {path} HTTP/1.0\r\nHost: snapshot.invalid\r\n\r\n"
        )?;
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer)?;
        let end = answer.windows(4).position(|bytes| bytes == b"\r\n\r\n");
        let end = end.ok_or(io::ErrorKind::UnexpectedEof)?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let body = answer.split_off(end + 4);
        let status = head.split(' ').nth(1).unwrap_or_default();
        if status != "200" {
            let problem = String::from_utf8_lossy(&body);
            return Err(io::Error::other(format!("{path}: {status} {problem}")));
        }
        let header = |line: &str| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("link").then(|| links(value))
        };
        let links = head.lines().find_map(header).unwrap_or_default();
        Ok(Answer { links, body })
    }

    /// Writes a file, with the addresses of files in the place of those of the service.
    fn save(
        &mut self,
        file: &str,
        body: Vec<u8>,
        pages: &HashMap<String, String>,
    ) -> io::Result<()> {
        let is_calendar = Path::new(file).extension() == Some("ics".as_ref());
        let body = match String::from_utf8(body) {
            Ok(text) if is_calendar => {
                folded(&self.rewritten(&text.replace("\r\n ", ""), pages)).into_bytes()
            }
            Ok(text) => self.rewritten(&text, pages).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        let path = self.folder.join(file);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        self.files += 1;
        fs::write(path, body)
    }

    fn rewritten(&self, text: &str, pages: &HashMap<String, String>) -> String {
        let mut rewritten = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find(SERVICE) {
            rewritten.push_str(&rest[..start]);
            rest = &rest[start + SERVICE.len()..];
            let ends = |character: char| {
                character.is_whitespace() || matches!(character, '"' | '<' | '>' | '\\' | ')')
            };
            let end = rest.find(ends).unwrap_or(rest.len());
            let address = rest[..end].replace("&amp;", "&");
            rest = &rest[end..];
            let file = pages.get(&address).cloned();
            let file = file.unwrap_or_else(|| file_of(&address));
            rewritten.extend([self.public_url.as_str(), "/", &file]);
        }
        rewritten.push_str(rest);
        rewritten
    }
}

/// The file of an address: of a list with parameters, the list.
fn file_of(address: &str) -> String {
    let path = address.split('?').next().unwrap_or_default();
    let path = path.trim_matches('/');
    match path.split('/').collect::<Vec<_>>().as_slice() {
        [""] => String::new(),
        ["v1"] => "v1/index.json".to_owned(),
        ["docs"] => "index.html".to_owned(),
        ["v1", list] if !list.contains('.') => format!("{path}.json"),
        // an id has points too, so it has no extension that a path could be asked for
        ["v1", _, id] if id.strip_suffix(".json").is_none() => format!("{path}.json"),
        _ => path.to_owned(),
    }
}

/// The pages that a `Link` header names, without the address of the service.
fn links(header: &str) -> HashMap<String, String> {
    let link = |link: &str| {
        let (address, relation) = link.trim().split_once(">; rel=\"")?;
        let path = address.strip_prefix('<')?.strip_prefix(SERVICE)?;
        Some((relation.strip_suffix('"')?.to_owned(), path.to_owned()))
    };
    header.split(", ").filter_map(link).collect()
}

fn read_ids(body: &[u8]) -> io::Result<Vec<String>> {
    let body: Json = serde_json::from_slice(body)?;
    let records = body["data"].as_array().into_iter().flatten();
    let ids = records.filter_map(|record| record["id"].as_str().map(str::to_owned));
    Ok(ids.collect())
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<main>\n{body}</main>\n</html>\n"
    )
}

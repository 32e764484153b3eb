//! A snapshot: what the service answers, as files that any web server can serve after it.
//!
//! The service is asked for every address that takes no question, so a file has what an answer has. For
//! texts its public address is a name that stands nowhere else; wherever an answer holds it, the address of
//! the file takes its place. What is compressed in itself is asked of a service with the true address.

mod addresses;
mod page;
mod service;

use crate::{
    api::{self, Directory, List, Records, fold_line},
    database::Database,
};

use addresses::{Pages, SERVICE, rewritten};
use page::{Contents, Record, Section};
use service::{Ask, Text, copy, start};
use std::{
    fs, io,
    path::{Path, PathBuf},
};

/// How many records a page of JSON has.
const PAGE: &str = "?limit=500";

/// Writes the files; says how many.
///
/// Files of an earlier snapshot are written over, and those of records that are no more stay.
pub async fn write(database: Database, folder: &Path, public_url: &str) -> io::Result<usize> {
    let site = public_url.trim_end_matches('/').to_owned();
    let mut snapshot = Snapshot {
        texts: start(database.clone(), SERVICE).await?,
        binaries: start(database, &site).await?,
        folder: folder.to_owned(),
        site,
        files: 0,
    };
    snapshot.write().await?;
    Ok(snapshot.files)
}

struct Snapshot<T, B> {
    texts: T,
    binaries: B,
    folder: PathBuf,
    /// The address that the folder will be served at; empty where it is not known.
    site: String,
    files: usize,
}

impl<T: Ask, B: Ask> Snapshot<T, B> {
    async fn write(&mut self) -> io::Result<()> {
        let mut index = Text::of(&self.texts, "/v1", SERVICE).await?.json()?;
        // Files do not search.
        index["data"]
            .as_object_mut()
            .map(|data| data.remove("search"));
        self.save("v1/index.json", &index.to_string(), &Pages::new())?;
        let mut sections = Vec::new();
        let Directory {
            lists,
            texts,
            files,
            ..
        } = api::directory();
        for list in lists {
            sections.push(self.list(list).await?);
        }
        for path in texts {
            self.text(&path, path.trim_start_matches('/')).await?;
        }
        let mut wholes = Vec::new();
        for path in files {
            let file = path.trim_start_matches('/').to_owned();
            self.binary(&path, &file).await?;
            wholes.push(file);
        }
        self.known_places().await?;
        let descriptor = Text::of(&self.texts, "/datapackage.json", SERVICE)
            .await?
            .json()?;
        let contents = Contents::new(&index, &descriptor, wholes, sections);
        self.save("index.html", &contents.html(), &Pages::new())?;
        self.save(
            "llms.txt",
            &contents.markdown(&format!("{SERVICE}/")),
            &Pages::new(),
        )?;
        self.save("v1/index.html", &page::folder(), &Pages::new())
    }

    /// Writes what programs look for at known places. What is for search engines needs whole addresses.
    async fn known_places(&mut self) -> io::Result<()> {
        let path = "/.well-known/api-catalog";
        let mut linkset = Text::of(&self.texts, path, SERVICE).await?.json()?;
        for api in linkset["linkset"].as_array_mut().into_iter().flatten() {
            // Files have no state of health.
            api.as_object_mut().map(|api| api.remove("status"));
        }
        self.save(
            path.trim_start_matches('/'),
            &linkset.to_string(),
            &Pages::new(),
        )?;
        if !self.site.is_empty() {
            self.text("/sitemap.xml", "sitemap.xml").await?;
            self.text("/robots.txt", "robots.txt").await?;
        }
        Ok(())
    }

    /// Writes a list in all its formats, and its records.
    async fn list(&mut self, list: List) -> io::Result<Section> {
        let name = list.path.trim_start_matches('/').to_owned();
        for extension in &list.extensions {
            let path = format!("{}.{extension}", list.path);
            match *extension {
                "xlsx" | "parquet" => {
                    self.binary(&path, &format!("{name}.{extension}")).await?;
                }
                "json" => {}
                _ => drop(self.pages(&path, &name, extension).await?),
            }
        }
        let path = format!("{}.json{PAGE}", list.path);
        let pages = self.pages(&path, &name, "json").await?;
        let records = match &list.records {
            Some(records) => Some(self.records(&name, records, &pages).await?),
            None => None,
        };
        Ok(Section { list, records })
    }

    /// Writes a list, page by page: `measures.json`, `measures-2.json` …
    async fn pages(&mut self, path: &str, name: &str, extension: &str) -> io::Result<Vec<Text>> {
        let mut texts = Vec::new();
        let mut next = Some(path.to_owned());
        let file = |number: usize| match number {
            0 | 1 => format!("{name}.{extension}"),
            number => format!("{name}-{number}.{extension}"),
        };
        while let Some(path) = next {
            let number = texts.len() + 1;
            let text = Text::of(&self.texts, &path, SERVICE).await?;
            let beside = ["first", "prev", "next"]
                .into_iter()
                .zip([1, number - 1, number + 1]);
            let mut pages: Pages = beside
                .filter_map(|(relation, number)| {
                    Some((text.links.get(relation)?.clone(), file(number)))
                })
                .collect();
            pages.insert(path, file(number));
            next = text.links.get("next").cloned();
            self.save(&file(number), &text.body, &pages)?;
            texts.push(text);
        }
        Ok(texts)
    }

    /// Writes the records that are in the pages of a list; says how many.
    async fn records(&mut self, name: &str, of: &Records, pages: &[Text]) -> io::Result<usize> {
        let mut records = Vec::new();
        for page in pages {
            for record in page.json()?["data"].as_array().into_iter().flatten() {
                let text = |column: &str| record[column].as_str().map(str::to_owned);
                let Some(id) = text("id") else { continue };
                let label = of.label.and_then(text).unwrap_or_else(|| id.clone());
                let parts = self.record(name, &id, of).await?;
                records.push(Record { id, label, parts });
            }
        }
        let page = page::records(name, &records);
        self.save(&format!("{name}/index.html"), &page, &Pages::new())?;
        Ok(records.len())
    }

    /// Writes a record, and the folder with what belongs to it; says what is in that.
    async fn record(&mut self, name: &str, id: &str, of: &Records) -> io::Result<Vec<String>> {
        let path = format!("/{name}/{id}");
        let folder = format!("{name}/{id}");
        self.text(&path, &format!("{folder}.json")).await?;
        let history = format!("{path}/history{PAGE}");
        self.pages(&history, &format!("{folder}/history"), "json")
            .await?;
        let mut parts = of.parts.clone();
        for part in &parts {
            self.text(&format!("{path}/{part}"), &format!("{folder}/{part}"))
                .await?;
        }
        parts.push("history.json".to_owned());
        if of.have_scorecards {
            let file = "scorecard.json";
            self.text(&format!("{path}/scorecard"), &format!("{folder}/{file}"))
                .await?;
            parts.push(file.to_owned());
        }
        Ok(parts)
    }

    async fn text(&mut self, path: &str, file: &str) -> io::Result<Text> {
        let text = Text::of(&self.texts, path, SERVICE).await?;
        self.save(file, &text.body, &Pages::new())?;
        Ok(text)
    }

    async fn binary(&mut self, path: &str, file: &str) -> io::Result<()> {
        let place = self.place(file)?;
        copy(&self.binaries, path, &place).await
    }

    /// Writes a text, with the addresses of files in the place of those of the service.
    fn save(&mut self, file: &str, text: &str, pages: &Pages) -> io::Result<()> {
        let before = match (file, self.site.as_str()) {
            // The paths in a package are whole addresses, or begin beside its descriptor.
            ("datapackage.json", "") => String::new(),
            (_, site) => format!("{site}/"),
        };
        let is_calendar = Path::new(file).extension() == Some("ics".as_ref());
        let text = if is_calendar {
            let unfolded = rewritten(&text.replace("\r\n ", ""), &before, pages);
            let mut folded = String::with_capacity(unfolded.len());
            for line in unfolded.split_terminator("\r\n") {
                fold_line(line, &mut folded);
            }
            folded
        } else {
            rewritten(text, &before, pages)
        };
        fs::write(self.place(file)?, text)
    }

    /// Where a file is to be; its folder is there then.
    fn place(&mut self, file: &str) -> io::Result<PathBuf> {
        let place = self.folder.join(file);
        if let Some(folder) = place.parent() {
            fs::create_dir_all(folder)?;
        }
        self.files += 1;
        Ok(place)
    }
}

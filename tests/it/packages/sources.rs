//! Where a package comes from: a folder, a zip archive of one, one file of CSV.

use crate::support::{Memory, PUBLIC_URL, Register, empty, seeded};
use aciqplan::package::{self, Folder, Options};
use std::{
    fs,
    io::{Cursor, Read, Write},
    path::Path,
    process::Command,
};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

fn archive(folder: &str, files: &Memory) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in &files.0 {
        let path = format!("{folder}{name}");
        writer
            .start_file(path, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// What is said of a file where it cannot be opened as a package.
fn refused(name: &str, bytes: &[u8], resource: Option<&str>) -> String {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join(name);
    fs::write(&path, bytes).unwrap();
    package::open(&path, resource)
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

fn load(register: &Register, path: &Path) -> (usize, usize) {
    let files = package::open(path, None).unwrap();
    let mut connection = register.database.connection().unwrap();
    let loaded = package::load(&*files, &mut connection, &Options::default(), &|_| {}).unwrap();
    (loaded.counts.created, loaded.counts.corrected)
}

#[actix_web::test]
async fn the_archive_that_the_service_gives_is_loaded() {
    for register in seeded() {
        let answer = register.get("/v1/dataset.zip").await;
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("dataset.zip");
        fs::write(&path, &answer.body).unwrap();
        assert_eq!(load(&register, &path), (0, 0), "{}", register.name);
        for other in empty() {
            load(&other, &path);
            let again = other.get("/v1/measures.csv?fields=title").await;
            let first = register.get("/v1/measures.csv?fields=title").await;
            assert_eq!(again.text(), first.text());
        }
    }
}

#[test]
fn an_archive_may_hold_its_files_in_a_folder() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("any name");
    let mut files = Memory::seeds();
    files
        .0
        .insert("nested/measures.csv".to_owned(), b"not this one".to_vec());
    for name in ["", "plan/", "__MACOSX/../plan/"] {
        fs::write(&path, archive(name, &files)).unwrap();
        let opened = package::open(&path, None);
        if name.contains("..") {
            assert!(opened.is_err());
            continue;
        }
        let found = package::check(&*opened.unwrap(), None).unwrap();
        assert_eq!(
            found.records,
            package::check(&Memory::seeds(), None).unwrap().records
        );
    }
}

#[test]
fn an_archive_that_is_no_package_is_told_so() {
    let mut none = Memory::seeds();
    none.0.remove("datapackage.json");
    assert!(
        refused("a.zip", &archive("", &none), None).contains("a.zip: holds no datapackage.json")
    );
    let mut two = Memory::seeds();
    two.0
        .insert("other/datapackage.json".to_owned(), b"{}".to_vec());
    assert!(refused("a.zip", &archive("", &two), None).contains("holds 2 packages"));
    let whole = archive("", &Memory::seeds());
    assert!(refused("a.zip", &whole[..whole.len() / 2], None).contains("cannot be unpacked"));
    let mut large = Memory::seeds();
    large.0.insert("large.csv".to_owned(), vec![b' '; 70 << 20]);
    assert!(
        refused("a.zip", &archive("", &large), None)
            .contains("holds far more than an archive of its size")
    );
    assert!(refused("a.xlsx", b"PK\x03\x04", None).contains("is a workbook; save each sheet"));
    assert!(refused("a.json", b"{}", None).contains("is no package; give a folder"));
}

/// An archive with its text replaced, byte by byte, wherever it stands.
fn replaced(archive: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    assert_eq!(old.len(), new.len());
    let mut bytes = archive.to_vec();
    for at in 0..=bytes.len() - old.len() {
        if bytes[at..].starts_with(old) {
            bytes[at..at + old.len()].copy_from_slice(new);
        }
    }
    bytes
}

#[test]
fn an_archive_that_holds_a_file_twice_is_refused() {
    for (folder, other) in [("", "measures.csv"), ("plan/", "plan\\measures.csv")] {
        let mut files = Memory::seeds();
        let measures = files.0["measures.csv"].clone();
        files.0.insert("measures_csv".to_owned(), measures);
        let old = format!("{folder}measures_csv");
        let twice = replaced(&archive(folder, &files), old.as_bytes(), other.as_bytes());
        let told = refused("a.zip", &twice, None);
        let expected =
            "a.zip: holds `measures.csv` twice: unpack it, keep the right one, and give the folder";
        assert!(told.ends_with(expected), "{told}");
    }
}

#[test]
fn what_is_wrong_with_an_archive_is_told_with_its_file_and_a_remedy() {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, text) in [("datapackage.json", "{}"), ("measures.csv", "id,title")] {
        writer.start_file(name, stored).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    let whole = writer.finish().unwrap().into_inner();
    let damaged = refused("a.zip", &replaced(&whole, b"id,title", b"id,titel"), None);
    assert!(
        damaged.contains("a.zip: `measures.csv` cannot be unpacked: "),
        "{damaged}"
    );
    assert!(
        damaged.ends_with("the archive is damaged: download it or pack it once more"),
        "{damaged}"
    );
    // the flags and the method of a local and of a central header
    let headed = |flag: u8, method: u8| {
        let mut bytes = whole.clone();
        for at in 0..bytes.len() - 12 {
            for (start, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
                if whole[at..].starts_with(start) {
                    bytes[at + flags] |= flag;
                    bytes[at + flags + 2] = method;
                }
            }
        }
        refused("a.zip", &bytes, None)
    };
    for (told, reason) in [
        (
            headed(0, 12),
            "`datapackage.json` cannot be unpacked: it is packed by bzip2; pack it by the usual method",
        ),
        (
            headed(1, 0),
            "`datapackage.json` cannot be unpacked: a password locks it; unpack it",
        ),
    ] {
        assert!(told.contains(reason), "{told}");
    }
}

#[actix_web::test]
async fn the_list_that_the_service_gives_is_loaded_by_itself() {
    for register in seeded() {
        for (name, query) in [
            ("measures.csv", ""),
            ("measures-v9 (1).csv", "?labels=true"),
            ("list.csv", "?labels=true&bom=true"),
        ] {
            let list = register.get(&format!("/v1/measures.csv{query}")).await;
            let folder = TempDir::new().unwrap();
            let path = folder.path().join(name);
            let title = "İşçi qrupunun yaradılması";
            let text = list.text();
            fs::write(&path, &text).unwrap();
            assert_eq!(load(&register, &path), (0, 0), "{} {name}", register.name);
            let position = text.match_indices("\r\n").nth(1).unwrap().0;
            let row = &text[..position];
            let id = row
                .rsplit("\r\n")
                .next()
                .unwrap()
                .split(',')
                .next()
                .unwrap();
            let record = register.json(&format!("/v1/measures/{id}")).await;
            let old = record["data"]["title"].as_str().unwrap();
            let changed = text.replacen(old, title, 1);
            assert_ne!(changed, text);
            fs::write(&path, &changed).unwrap();
            assert_eq!(load(&register, &path), (0, 1), "{} {name}", register.name);
            let record = register.json(&format!("/v1/measures/{id}")).await;
            assert_eq!(record["data"]["title"], title);
            fs::write(&path, &text).unwrap();
            assert_eq!(load(&register, &path), (0, 1));
        }
        let catalog = register.json("/datapackage.json").await;
        assert_eq!(
            catalog["name"], "aciq-plan",
            "the register keeps its descriptor: {PUBLIC_URL}"
        );
    }
}

#[test]
fn what_a_file_holds_is_told_by_its_name_its_header_or_a_flag() {
    let seeds = Memory::seeds();
    let text = seeds.text("status_entries.csv");
    for (name, resource) in [
        ("status_entries.csv", None),
        ("status-entries-v12.csv", None),
        ("Status_Entries (2).CSV", None),
        ("report.csv", None),
        ("measures_report.csv", None),
        ("measures.csv", Some("status_entries")),
    ] {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        fs::write(&path, &text).unwrap();
        let files = package::open(&path, resource).unwrap();
        let mut descriptor = String::new();
        files
            .open("datapackage.json")
            .unwrap()
            .read_to_string(&mut descriptor)
            .unwrap();
        assert!(
            descriptor.contains("\"name\":\"status_entries\""),
            "{name}: {descriptor}"
        );
    }
    let told = refused("report.csv", b"id,title\n", None);
    assert!(
        told.contains(
            "report.csv: neither its name nor its header tells whose rows it holds; give --resource"
        ),
        "{told}"
    );
    let told = refused("report.csv", b"id,title\n", Some("measure"));
    assert!(
        told.contains("`measure` is no resource; did you mean `measures`?"),
        "{told}"
    );
    let utf_16: Vec<u8> = "id,title\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    assert!(refused("report.csv", &utf_16, None).contains("is UTF-16"));
}

#[test]
fn the_header_tells_more_than_the_name_of_a_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("plans 2026 measures.csv");
    fs::write(&path, Memory::seeds().text("measures.csv")).unwrap();
    for register in seeded() {
        assert_eq!(load(&register, &path), (0, 0), "{}", register.name);
    }
}

#[test]
fn a_file_that_the_descriptor_does_not_list_gets_a_notice() {
    let folder = TempDir::new().unwrap();
    let package = super::cells::plan(b"id\n");
    let descriptor = package.text("datapackage.json");
    let descriptor = descriptor.replace(r#",{"name":"measures","path":"measures.csv"}"#, "");
    for (name, bytes) in &package.0 {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    fs::write(folder.path().join("datapackage.json"), descriptor).unwrap();
    fs::write(folder.path().join("notes.csv"), "anything").unwrap();
    let found = package::check(&Folder::new(folder.path()), None).unwrap();
    let told: Vec<String> = found.problems.iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["notice: measures.csv: is not read, as datapackage.json does not list it"]
    );
}

#[test]
fn of_a_descriptor_that_cannot_be_read_nothing_else_is_told() {
    for descriptor in [
        "{\"resources\": [],}".to_owned().into_bytes(),
        vec![b'{', 0, b'}', 0],
    ] {
        let folder = TempDir::new().unwrap();
        let package = super::cells::plan(b"id\n");
        for (name, bytes) in &package.0 {
            fs::write(folder.path().join(name), bytes).unwrap();
        }
        fs::write(folder.path().join("datapackage.json"), descriptor).unwrap();
        let Err(package::Error::Problems(problems)) =
            package::check(&Folder::new(folder.path()), None)
        else {
            panic!("it is taken");
        };
        assert_eq!(problems.iter().count(), 1, "{problems:?}");
    }
}

#[test]
fn what_files_hold_does_nothing_to_a_terminal() {
    let folder = TempDir::new().unwrap();
    let escape = "\u{1b}[31m\u{9b}0m\u{202e}";
    let mut package = super::cells::plan(format!("id,\"{escape}\nnext\"\nx,{escape}\n"));
    let descriptor = package.text("datapackage.json");
    let descriptor = descriptor
        .replace("x-plan", "x\\u001b[31m")
        .replace("\"sources\"", "\"\\u001b[31msources\"");
    package
        .0
        .insert("datapackage.json".to_owned(), descriptor.into_bytes());
    package.0.insert(
        "plans.csv".to_owned(),
        format!("id\n{escape}\n").into_bytes(),
    );
    for (name, bytes) in &package.0 {
        fs::write(folder.path().join(name), bytes).unwrap();
    }
    let lone = folder.path().join(format!("{escape}.csv"));
    fs::write(&lone, format!("{escape}\n")).unwrap();
    for path in [
        folder.path(),
        &lone,
        &folder.path().join(format!("{escape}.zip")),
    ] {
        let told = Command::new(env!("CARGO_BIN_EXE_aciqplan"))
            .arg("check")
            .arg(path)
            .output()
            .unwrap();
        assert_eq!(told.status.code(), Some(1));
        let told = String::from_utf8([told.stdout, told.stderr].concat()).unwrap();
        assert!(told.contains("\\u{1b}[31m"), "{told:?}");
        let is_safe =
            |letter: char| letter == '\n' || !(letter.is_control() || letter == '\u{202e}');
        assert!(told.chars().all(is_safe), "{told:?}");
    }
}

//! Where a package comes from: a folder, a zip archive of one, one file of CSV.

use super::support::{Memory, PUBLIC_URL, Register, empty, seeded};
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

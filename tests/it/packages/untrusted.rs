//! Packages from anybody: what is no regular file is not opened, what is long has bounds, and nobody who writes waits
//! for the place that a package comes from.

use super::cells::plan;
use crate::support::{Memory, Register, empty, refusals, seeded};
use aciqplan::package::{self, Class, Folder, PackageSource};
use std::{
    collections::BTreeMap,
    fs::{self, OpenOptions},
    io::{self, Cursor, Read, Write},
    os::unix::fs::symlink,
    path::Path,
    process::Command,
    sync::Mutex,
};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

const SECRET: &str = "what its owner shows to nobody";
const HEADER: &str =
    "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator";
const FIRST: &str = "x-1,x,,1,Publish the budget,,2026,2028,1,x-text,point 1";

fn measures(lines: &[&str]) -> Memory {
    plan(
        [HEADER]
            .iter()
            .chain(lines)
            .copied()
            .collect::<Vec<_>>()
            .join("\n"),
    )
}

/// A folder with a package, and a file beside it that is none of its own.
fn folder() -> (TempDir, std::path::PathBuf) {
    let folder = TempDir::new().unwrap();
    let package = folder.path().join("package");
    fs::create_dir(&package).unwrap();
    for (name, bytes) in &measures(&[FIRST]).0 {
        fs::write(package.join(name), bytes).unwrap();
    }
    fs::write(folder.path().join("secret"), SECRET).unwrap();
    (folder, package)
}

/// What is told of the package at a path.
fn told(path: &Path) -> String {
    let files = match package::open(path, None) {
        Ok(files) => files,
        Err(error) => return error.to_string(),
    };
    match package::check(&*files, None) {
        Ok(found) => found.problems.lines().join("\n"),
        Err(package::Error::Problems(problems)) => problems.lines().join("\n"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_link_is_not_followed_and_the_file_behind_it_not_told() {
    for name in ["measures.csv", "datapackage.json"] {
        let (folder, package) = folder();
        fs::remove_file(package.join(name)).unwrap();
        symlink(folder.path().join("secret"), package.join(name)).unwrap();
        let told = told(&package);
        assert!(told.contains(name), "{told}");
        assert!(
            told.contains("it is a symbolic link; put the file itself in its place"),
            "{told}"
        );
        assert!(!told.contains("owner"), "{told}");
    }
    for name in ["measures.csv", "package.zip", "any"] {
        let (folder, _) = folder();
        let path = folder.path().join(name);
        symlink(folder.path().join("secret"), &path).unwrap();
        let told = told(&path);
        assert!(told.contains("it is a symbolic link"), "{name}: {told}");
    }
}

#[test]
fn a_file_that_the_descriptor_names_is_no_link_either() {
    let (folder, package) = folder();
    let descriptor = fs::read_to_string(package.join("datapackage.json")).unwrap();
    let measures = "\"path\":\"measures.csv\"";
    for property in ["dialect", "schema"] {
        let with = format!("{measures},\"{property}\":\"other.json\"");
        let text = descriptor.replace(measures, &with);
        fs::write(package.join("datapackage.json"), text).unwrap();
        let _ = fs::remove_file(package.join("other.json"));
        symlink(folder.path().join("secret"), package.join("other.json")).unwrap();
        let told = told(&package);
        assert!(told.contains("it is a symbolic link"), "{told}");
        assert!(!told.contains("owner"), "{told}");
    }
}

#[test]
fn a_link_in_an_archive_is_told() {
    let folder = TempDir::new().unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default;
    for (name, bytes) in measures(&[FIRST]).0 {
        if name == "measures.csv" {
            writer.add_symlink(name, "/etc/passwd", options()).unwrap();
        } else {
            writer.start_file(name, options()).unwrap();
            writer.write_all(&bytes).unwrap();
        }
    }
    let path = folder.path().join("package.zip");
    fs::write(&path, writer.finish().unwrap().into_inner()).unwrap();
    let told = told(&path);
    let expected = "holds the symbolic link `measures.csv`; put the file itself in its place";
    assert!(told.contains(expected), "{told}");
}

#[test]
fn a_pipe_and_a_device_are_refused_at_once() {
    let (folder, package) = folder();
    let pipe = package.join("measures.csv");
    fs::remove_file(&pipe).unwrap();
    let made = Command::new("mkfifo").arg(&pipe).status().unwrap();
    assert!(made.success());
    for path in [
        &package,
        &pipe,
        Path::new("/dev/zero"),
        Path::new("/dev/stdin"),
    ] {
        let told = told(path);
        let is_right = told.contains("it is no regular file") || told.contains("symbolic link");
        assert!(is_right, "{}: {told}", path.display());
    }
    drop(folder);
}

#[test]
fn a_file_that_changes_while_it_is_read_is_told() {
    let (_folder, package) = folder();
    let files = Folder::new(&package);
    let mut file = files.open("measures.csv").unwrap();
    let mut begin = [0; 10];
    file.read_exact(&mut begin).unwrap();
    let mut other = OpenOptions::new()
        .append(true)
        .open(package.join("measures.csv"))
        .unwrap();
    other.write_all(b"x-2,x,").unwrap();
    let error = file.read_to_end(&mut Vec::new()).unwrap_err();
    let expected = "it was changed while it was read; run this again when nobody writes it";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn a_row_has_bounds_whatever_its_cells() {
    let cell = "x".repeat(999_999);
    let row = [cell.as_str(); 9].join(",");
    let told = measures(&[&row, "never read"]).problems();
    assert_eq!(told, ["measures.csv, row 2: has more than 8,000,000 bytes"]);
}

#[test]
fn a_thousand_problems_are_told_and_how_many_more_there_are() {
    let row = |number: usize| {
        let with = |name: &str| format!("{name} {number}");
        let [plan, start, end, position] = ["Plan", "start", "end", "position"].map(with);
        format!("X {number},{plan},S {number},1,T,,{start},{end},{position},X {number},")
    };
    let rows: Vec<String> = (0..20_000).map(row).collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let error = package::check(&measures(&rows), None).unwrap_err();
    let package::Error::Problems(problems) = error else {
        panic!("{error}")
    };
    assert!(problems.len() <= 1000, "{}", problems.len());
    let listed: usize = problems.iter().map(package::Problem::count).sum();
    let json = serde_json::to_value(&problems).unwrap();
    let left_out = usize::try_from(json["left_out"].as_u64().unwrap()).unwrap();
    assert_eq!(json["errors"], listed + left_out);
    assert!(left_out > 100_000, "{left_out}");
    let last = problems.lines().pop().unwrap();
    assert!(
        last.starts_with("measures.csv") && last.ends_with(" more"),
        "{last}"
    );
}

#[test]
fn a_mistake_behind_a_thousand_notices_stops_a_load() {
    let row = |number: usize| {
        format!("x-{number},x,,{number},T\u{430} {number},,2026,2028,{number},x-text,a")
    };
    let mut rows: Vec<String> = (1..3000).map(row).collect();
    rows.push("y,x,,3000,T,,many,2028,3000,x-text,a".to_owned());
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let package = measures(&rows);
    let register = &empty()[0];
    let Err(package::Error::Problems(problems)) = register.load(&package) else {
        panic!("the package is taken")
    };
    assert_eq!(problems.count(Class::Error), 1);
    let told = problems.lines().join("\n");
    assert!(told.contains("column start_year, value \"many\""), "{told}");
}

/// A package on the way here: while it is read, somebody else loads another one.
struct OnItsWay<'r> {
    files: Memory,
    register: &'r Register,
    meanwhile: Mutex<Option<Memory>>,
    opened: Mutex<BTreeMap<String, usize>>,
}

impl PackageSource for OnItsWay<'_> {
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        let mut opened = self.opened.lock().unwrap();
        *opened.entry(name.to_owned()).or_default() += 1;
        if let Some(other) = self
            .meanwhile
            .lock()
            .unwrap()
            .take_if(|_| name == "measures.csv")
        {
            self.register.load(&other).unwrap();
        }
        self.files.open(name)
    }
}

fn on_its_way<'r>(files: Memory, register: &'r Register, other: &Memory) -> OnItsWay<'r> {
    OnItsWay {
        files,
        register,
        meanwhile: Mutex::new(Some(other.clone())),
        opened: Mutex::default(),
    }
}

#[test]
fn who_writes_does_not_wait_for_a_package_that_is_read() {
    for register in seeded().into_iter().chain(empty()) {
        let other = Memory::seeds().with("figures.csv", "17 Dəyirmi Masa", "18 Dəyirmi Masa");
        let package = on_its_way(measures(&[FIRST]), &register, &other);
        let counts = {
            let mut connection = register.database.connection().unwrap();
            let options = package::Options::default();
            package::load(&package, &mut connection, &options, &|_| {})
                .unwrap()
                .counts
        };
        assert_eq!(counts.created, 3, "{}", register.name);
        let opened = package.opened.lock().unwrap();
        assert!(opened.values().all(|times| *times == 1), "{opened:?}");
    }
}

#[test]
fn what_others_write_while_a_package_is_read_is_seen_before_it_is_written() {
    for register in empty() {
        register.load(&measures(&[FIRST])).unwrap();
        let withdrawal =
            "id,resource,record_id,reason,successor_id\nw,measures,x-1,Never promised,\n";
        let mut other = measures(&[]);
        let descriptor = other.text("datapackage.json").replace(
            r#"{"name":"measures""#,
            r#"{"name":"withdrawals","path":"withdrawals.csv"},{"name":"measures""#,
        );
        other
            .0
            .insert("datapackage.json".to_owned(), descriptor.into());
        other
            .0
            .insert("withdrawals.csv".to_owned(), withdrawal.into());
        let changed = FIRST.replace("budget", "whole budget");
        let package = on_its_way(measures(&[&changed]), &register, &other);
        let told = refusals(register.load(&package));
        assert_eq!(told.len(), 1, "{}: {told:#?}", register.name);
        assert!(told[0].contains("value \"x-1\": was withdrawn"), "{told:?}");
    }
}

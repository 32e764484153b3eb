//! Validation of the URL of a register, before anything is opened: `SQLite` would make a file of nearly any text, and
//! a pool would try again and again. The handle calls it first.

use crate::database::{
    Error,
    connection::{redact::redacted, register_file::file_of},
};
use std::path::Path;

/// What marks a database that each connection would have one of its own of.
const IN_MEMORY: [&str; 3] = [":memory:", "mode=memory", "vfs=memdb"];

/// Refuses a URL that names no register.
pub fn verify(url: &str) -> Result<(), Error> {
    match refusal(url) {
        Some(why) => Err(Error::Url(why)),
        None => Ok(()),
    }
}

/// Refuses a file that is not there, which to open would make.
pub fn verify_presence(url: &str) -> Result<(), Error> {
    match file_of(url) {
        Some(file) if matches!(file.try_exists(), Ok(false)) => Err(Error::Absent(file)),
        _ => Ok(()),
    }
}

/// Says why a URL names no register, and what would; nothing where it names one.
fn refusal(url: &str) -> Option<String> {
    let shown = redacted(url);
    if url.starts_with("postgres://") || url.starts_with("postgresql://") {
        return None; // its parts are libpq's
    }
    let is_file = url.starts_with("sqlite:") || url.starts_with("file:") || url.starts_with(':');
    if is_file && IN_MEMORY.iter().any(|mark| url.contains(mark)) {
        return Some(format!(
            "`{shown}` is a database in memory, of which every connection would have one of its own; \
             a register needs a file: sqlite://PATH"
        ));
    }
    if let Some(path) = url.strip_prefix("sqlite://") {
        return refused_path(path);
    }
    Some(match url.split_once(':') {
        Some(("sqlite", path)) if !path.is_empty() => {
            format!("`{shown}` lacks two slashes; give sqlite://{path}")
        }
        Some(("file", _)) => format!("`{shown}` needs its scheme before it; give sqlite://{url}"),
        _ => format!("`{shown}` is neither sqlite://PATH nor postgres://USER@HOST/NAME"),
    })
}

fn refused_path(path: &str) -> Option<String> {
    let (file, parameters) = match path.strip_prefix("file:") {
        Some(uri) => uri.split_once('?').unwrap_or((uri, "")),
        None => path.split_once('?').unwrap_or((path, "")),
    };
    let folder = Path::new(file);
    if file.trim().is_empty() {
        Some(format!(
            "`sqlite://{path}` names no file; give one, such as sqlite://register.sqlite"
        ))
    } else if !parameters.is_empty() && !path.starts_with("file:") {
        Some(format!(
            "`sqlite://{path}` has parameters, which only the form sqlite://file:{path} takes"
        ))
    } else if file.ends_with('/') || folder.is_dir() {
        let inside = folder.join("register.sqlite");
        Some(format!(
            "`{file}` is a folder; give a file, such as sqlite://{}",
            inside.display()
        ))
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use crate::database::connection::url::refusal;

    #[test]
    fn what_names_no_register_is_refused_with_what_would() {
        for (url, told) in [
            ("sqlite://", "names no file"),
            ("sqlite:// ", "names no file"),
            ("sqlite://file:", "names no file"),
            ("sqlite://file:?immutable=1", "names no file"),
            ("sqlite://?cache=shared", "names no file"),
            ("sqlite://:memory:", "in memory"),
            ("sqlite::memory:", "in memory"),
            ("sqlite:///:memory:", "in memory"),
            (":memory:", "in memory"),
            ("file::memory:?cache=shared", "in memory"),
            ("sqlite://file::memory:", "in memory"),
            ("sqlite://?mode=memory", "in memory"),
            (
                "sqlite://file:register?mode=memory&cache=shared",
                "in memory",
            ),
            ("sqlite:///tmp", "sqlite:///tmp/register.sqlite"),
            ("sqlite:///tmp/", "sqlite:///tmp/register.sqlite"),
            ("sqlite:///no/such/folder/", "is a folder"),
            ("sqlite://.", "is a folder"),
            ("sqlite://file:/tmp", "is a folder"),
            (
                "sqlite://own.sqlite?mode=ro",
                "sqlite://file:own.sqlite?mode=ro",
            ),
            ("sqlite:own.sqlite", "give sqlite://own.sqlite"),
            ("file:own.sqlite", "give sqlite://file:own.sqlite"),
            ("own.sqlite", "neither sqlite://PATH nor postgres"),
            (
                "mysql://me:secret@db/plan",
                "`mysql://…@db/plan` is neither",
            ),
            ("", "neither sqlite://PATH nor postgres"),
        ] {
            let refusal = refusal(url).expect(url);
            assert!(refusal.contains(told), "{url}: {refusal}");
        }
    }

    #[test]
    fn what_names_a_register_is_taken() {
        for url in [
            "sqlite://own.sqlite",
            "sqlite:///tmp/no/such/folder/own.sqlite",
            "sqlite://file:own.sqlite",
            "sqlite://file:/media/own.sqlite?immutable=1",
            "postgres://me@db/plan",
            "postgresql:///plan",
        ] {
            assert_eq!(refusal(url), None, "{url}");
        }
    }
}

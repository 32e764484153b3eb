//! Redaction: URLs of databases as messages may show them, without passwords. Errors and logs go through it.

use diesel::ConnectionError;

/// The URL with `…` for whoever logs in and for passwords among its parameters, also where it is no URL.
pub fn redacted(url: &str) -> String {
    let begin = url.find("://").map_or(0, |place| place + "://".len());
    let url = match url.rfind('@') {
        // The last one: a password may hold another that nobody encoded.
        Some(end) if end > begin => format!("{}…{}", &url[..begin], &url[end..]),
        _ => url.to_owned(),
    };
    let mut parts = url.split("password=");
    let mut masked = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(['&', ' ']).unwrap_or(part.len());
        masked = format!("{masked}password=…{}", &part[end..]);
    }
    masked
}

/// The error without the password of the URL: libpq repeats it, or all of the URL, where it cannot read it.
pub fn without_password(error: ConnectionError, url: &str) -> ConnectionError {
    match error {
        ConnectionError::BadConnection(told) => {
            ConnectionError::BadConnection(hidden_in(&told, url))
        }
        other => other,
    }
}

fn hidden_in(told: &str, url: &str) -> String {
    let told = told.replace(url, &redacted(url));
    let login = url
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    match login.and_then(|(login, _)| login.split_once(':')) {
        Some((_, password)) => told.replace(&format!("\"{password}\""), "\"…\""),
        None => told,
    }
}

#[cfg(test)]
mod tests {
    use crate::database::connection::redact::{hidden_in, redacted};

    #[test]
    fn a_password_is_never_shown() {
        for (url, shown) in [
            ("mysql://me:secret@db/plan", "mysql://…@db/plan"),
            ("postgres://me:se@cr/et@db/plan", "postgres://…@db/plan"),
            ("postgres:/me:secret@db/plan", "…@db/plan"),
            (
                "postgres://db/plan?password=secret&user=me",
                "postgres://db/plan?password=…&user=me",
            ),
            (
                "host=db password=secret user=me",
                "host=db password=… user=me",
            ),
            ("register.sqlite", "register.sqlite"),
            ("postgres://db/plan", "postgres://db/plan"),
        ] {
            assert_eq!(redacted(url), shown);
        }
    }

    #[test]
    fn what_libpq_repeats_is_hidden() {
        let url = "postgres://me:se cret@[::1/plan";
        let told = format!("matching \"]\" in URI: \"{url}\"");
        assert_eq!(
            hidden_in(&told, url),
            "matching \"]\" in URI: \"postgres://…@[::1/plan\""
        );
        let told = "unexpected spaces found in \"se cret\"";
        assert_eq!(hidden_in(told, url), "unexpected spaces found in \"…\"");
    }
}

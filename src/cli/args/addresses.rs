//! Validation of the settings that are addresses: where to listen, and the public URL. Clap calls it for each.

use actix_web::http::Uri;

/// Takes `ADDRESS:PORT`.
pub fn listen(text: &str) -> Result<String, String> {
    let (host, port) = text.rsplit_once(':').unwrap_or(("", ""));
    let is_bare_ipv6 = host.contains(':') && !(host.starts_with('[') && host.ends_with(']'));
    let is_address = !host.is_empty() && !host.contains(['/', ' ', '@']) && !is_bare_ipv6;
    if is_address && port.parse::<u16>().is_ok() {
        Ok(text.to_owned())
    } else {
        Err(
            "give ADDRESS:PORT, such as 127.0.0.1:8080 or [::1]:8080; 0.0.0.0:8080 is every address"
                .to_owned(),
        )
    }
}

/// Takes the URL that links begin with, without the slash at its end.
pub fn public_url(text: &str) -> Result<String, String> {
    let wrong = |why: &str| {
        format!("{why}; give a URL such as https://plan.example or https://example.org/plan")
    };
    if let Some(letter) = text.chars().find(|letter| !is_of_url(*letter)) {
        return Err(wrong(&match letter {
            '?' => "it has a query, which would stand within every link".to_owned(),
            '#' => "it has a fragment, which would stand within every link".to_owned(),
            letter if !letter.is_ascii() => format!(
                "`{letter}` stands in no URL: write a host as xn--… (Punycode), and a path percent-encoded"
            ),
            letter => format!("`{letter}` stands in no URL"),
        }));
    }
    let uri: Uri = text.parse().map_err(|_| wrong("it is no URL"))?;
    let scheme = uri
        .scheme_str()
        .filter(|scheme| ["http", "https"].contains(scheme));
    let scheme = scheme.ok_or_else(|| wrong("it does not begin with http:// or https://"))?;
    let authority = uri
        .authority()
        .filter(|authority| !authority.host().is_empty());
    let authority = authority.ok_or_else(|| wrong("it names no host"))?;
    if authority.as_str().contains('@') {
        return Err(wrong("it has a user, whom every link would show"));
    }
    let has_port = authority.as_str().len() > authority.host().len();
    if has_port && authority.port_u16().is_none_or(|port| port == 0) {
        return Err(wrong("its port is none"));
    }
    let path = uri.path().trim_end_matches('/');
    if path.contains("//") {
        return Err(wrong("its path has an empty part"));
    }
    Ok(format!("{scheme}://{authority}{path}"))
}

/// What RFC 3986 lets stand in a URL, beside the marks before a query and a fragment.
fn is_of_url(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || "-._~:/[]@!$&'()*+,;=%".contains(letter)
}

#[cfg(test)]
mod tests {
    use crate::cli::args::addresses::{listen, public_url};

    #[test]
    fn a_public_url_is_what_links_can_begin_with() {
        for (given, taken) in [
            ("https://plan.example", "https://plan.example"),
            ("https://plan.example/", "https://plan.example"),
            (
                "HTTPS://plan.example:8443/open/plan//",
                "https://plan.example:8443/open/plan",
            ),
            ("http://[::1]:8080", "http://[::1]:8080"),
            ("http://127.0.0.1", "http://127.0.0.1"),
        ] {
            assert_eq!(public_url(given).as_deref(), Ok(taken), "{given}");
        }
        for (given, told) in [
            ("plan.example", "does not begin with http"),
            ("plan.example:8080", "does not begin with http"),
            ("//plan.example", "does not begin with http"),
            ("/plan", "does not begin with http"),
            ("ftp://plan.example", "does not begin with http"),
            ("https://", "no URL"),
            ("https:///plan", "no URL"),
            ("https:plan.example", "does not begin with http"),
            ("https://plan.example/?x=1", "a query"),
            ("https://plan.example?", "a query"),
            ("https://plan.example/#data", "a fragment"),
            ("https://plan.example/my plan", "` ` stands in no URL"),
            (" https://plan.example", "` ` stands in no URL"),
            ("https://plan.example\n", "stands in no URL"),
            ("https://plan.example/<b>", "`<` stands in no URL"),
            ("https://açıqplan.example", "Punycode"),
            ("https://me:secret@plan.example", "a user"),
            ("https://plan.example:", "port"),
            ("https://plan.example:99999", "port"),
            ("https://plan.example:0", "port"),
            ("https://plan.example//plan", "an empty part"),
            ("", "no URL"),
        ] {
            let told_now = public_url(given).expect_err(given);
            assert!(told_now.contains(told), "{given}: {told_now}");
        }
    }

    #[test]
    fn where_to_listen_has_a_port() {
        for right in [
            "127.0.0.1:8080",
            "0.0.0.0:80",
            "[::]:8080",
            "localhost:0",
            "db-1.example:1",
        ] {
            assert!(listen(right).is_ok(), "{right}");
        }
        for wrong in [
            "",
            "8080",
            ":8080",
            "127.0.0.1",
            "127.0.0.1:",
            "127.0.0.1:65536",
            "::1:8080",
            "http://127.0.0.1:8080",
            "localhost:http",
            "local host:80",
        ] {
            assert!(listen(wrong).is_err(), "{wrong}");
        }
    }
}

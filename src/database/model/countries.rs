//! Countries by ISO 3166-1: what was meant by a text that is no code of two letters.

use crate::{database::model::did_you_mean::Hint, language::confusables};
use rust_iso3166::{ALL, CountryCode, from_alpha2, from_alpha3, from_numeric_str};

/// `; did you mean `AZ`?` of `AZE`, `az`, `031`, `Azerbaijan`, and of letters that only look Latin, which are
/// named; or nothing.
pub fn country_hint(text: &str) -> Hint {
    let meant = country(confusables::read(text).trim());
    Hint {
        letters: confusables::named(text),
        meant: meant.map(|country| country.alpha2.to_owned()),
    }
}

fn country(text: &str) -> Option<CountryCode> {
    let code = text.to_ascii_uppercase();
    let by_code = match code.len() {
        2 => from_alpha2(&code),
        3 => from_alpha3(&code).or_else(|| from_numeric_str(&code)),
        _ => None,
    };
    by_code.or_else(|| {
        let is_name = |country: &&CountryCode| country.name.eq_ignore_ascii_case(text);
        ALL.iter().find(is_name).copied()
    })
}

#[cfg(test)]
mod tests {
    use crate::database::model::countries::country_hint;

    #[test]
    fn a_country_is_known_by_every_code_and_by_its_name() {
        for text in ["AZE", "aze", "az", "031", "azerbaijan", " AZE "] {
            assert_eq!(
                country_hint(text).to_string(),
                "; did you mean `AZ`?",
                "{text}"
            );
        }
        assert_eq!(country_hint("TUR").to_string(), "; did you mean `TR`?");
        assert_eq!(country_hint("DEU").to_string(), "; did you mean `DE`?");
        assert_eq!(country_hint("XXX").to_string(), "");
        assert_eq!(
            country_hint("А\u{5a}").to_string(),
            "; `А` is CYRILLIC CAPITAL LETTER A; did you mean `AZ`?"
        );
    }
}

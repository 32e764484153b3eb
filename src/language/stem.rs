//! Stems of Azerbaijani words: what is left without number, possession and case.
//!
//! The language only adds endings, each from a small list, in a fixed order. Words are folded first,
//! so that the four vowel harmonies are two. A stem is a key to compare by, not a word to show.

use super::exceptions::{DROPPING, INVARIABLE, KNOWN, WHOLE};
use std::{collections::HashSet, sync::LazyLock};

/// The shortest stem of a word that is not known.
const SHORTEST: usize = 4;

const PLURAL: [&str; 3] = ["", "lar", "ler"];
const POSSESSION: [&str; 5] = ["", "i", "u", "si", "su"];
const CASE: [&str; 29] = [
    "", "in", "un", "nin", "nun", "i", "u", "ni", "nu", "a", "e", "ya", "ye", "na", "ne", "da",
    "de", "nda", "nde", "dan", "den", "ndan", "nden", "la", "le", "yla", "yle", "ca", "ce",
];
const TAIL: [&str; 5] = ["", "dir", "dur", "ki", "dek"];
const QUALITY: [&str; 8] = ["liq", "lik", "luq", "luk", "lig", "liy", "lug", "luy"];

/// Endings of numbers, which nothing follows.
const OTHER: [&str; 2] = ["ci", "cu"];

/// Every chain of endings, and how long the longest is.
static CHAINS: LazyLock<(HashSet<String>, usize)> = LazyLock::new(|| {
    let mut chains = HashSet::new();
    for plural in PLURAL {
        for possession in POSSESSION {
            for case in CASE {
                let buffered = case.starts_with('n') || matches!(case, "la" | "le");
                let is_possessed = case.starts_with("nd");
                let is_odd = (!possession.is_empty() && !case.is_empty() && !buffered)
                    || (possession.is_empty() && is_possessed);
                if is_odd {
                    continue;
                }
                for tail in TAIL {
                    let after_locative = case.ends_with("da") || case.ends_with("de");
                    if tail != "ki" || after_locative {
                        chains.insert([plural, possession, case, tail].concat());
                    }
                }
            }
        }
    }
    chains.remove("");
    let longest = chains.iter().map(String::len).max().unwrap_or(0);
    (chains, longest)
});

/// Whether a text is nothing but endings.
pub fn is_ending(folded: &str) -> bool {
    CHAINS.0.contains(folded) || OTHER.contains(&folded)
}

/// Whether a text that is nothing but endings may begin so.
pub fn may_begin_ending(folded: &str) -> bool {
    endings().any(|ending| ending.starts_with(folded))
}

/// Whether a text that is nothing but endings may have this in it.
pub fn may_be_in_ending(folded: &str) -> bool {
    endings().any(|ending| ending.contains(folded))
}

fn endings() -> impl Iterator<Item = &'static str> {
    CHAINS.0.iter().map(String::as_str).chain(OTHER)
}

/// The stem of a folded word.
pub fn stem(word: &str) -> String {
    if INVARIABLE.contains(&word) || !word.bytes().all(|letter| letter.is_ascii_lowercase()) {
        return word.to_owned();
    }
    if let Some(whole) = whole(word) {
        return whole.to_owned();
    }
    if let Some(known) = known(word) {
        return normal(known);
    }
    // the longest chain is where the stem is shortest
    let shortest = SHORTEST.max(word.len().saturating_sub(CHAINS.1));
    let mut splits = (shortest..word.len()).map(|length| word.split_at(length));
    let bare = splits.find(|(bare, endings)| {
        CHAINS.0.contains(*endings) && bare.bytes().any(is_vowel) && fits(bare, endings)
    });
    let bare = bare.map_or(word, |(bare, _)| bare);
    let quality = QUALITY
        .iter()
        .find_map(|quality| bare.strip_suffix(quality));
    normal(
        quality
            .filter(|noun| noun.len() >= SHORTEST)
            .unwrap_or(bare),
    )
}

fn whole(word: &str) -> Option<&'static str> {
    let begins = |form: &str| {
        let rest = word.strip_prefix(form);
        rest.is_some_and(|rest| rest.is_empty() || CHAINS.0.contains(rest))
    };
    let whole = WHOLE
        .iter()
        .find(|(_, forms)| forms.iter().any(|form| begins(form)));
    let dropping = DROPPING
        .iter()
        .find(|(full, short)| begins(full) || begins(short));
    let whole = whole.map(|(whole, _)| *whole);
    whole.or(dropping.map(|(_, short)| *short))
}

/// The longest known stem that nothing but endings follows.
fn known(word: &str) -> Option<&'static str> {
    let follows = |stem: &&&str| {
        let rest = word.strip_prefix(**stem);
        rest.is_some_and(|rest| rest.is_empty() || (CHAINS.0.contains(rest) && fits(stem, rest)))
    };
    KNOWN
        .iter()
        .filter(follows)
        .max_by_key(|stem| stem.len())
        .copied()
}

fn is_vowel(letter: u8) -> bool {
    matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u')
}

/// Whether the endings can follow: by vowel harmony and by the letter before them.
fn fits(stem: &str, endings: &str) -> bool {
    let last_vowel = stem.bytes().rev().find(|letter| is_vowel(*letter));
    let first_vowel = endings.bytes().find(|letter| is_vowel(*letter));
    let is_harmonic = !matches!(
        (last_vowel, first_vowel),
        (Some(b'e'), Some(b'a')) | (Some(b'a'), Some(b'e')) | (None, _)
    );
    let after_vowel = stem.bytes().last().is_some_and(is_vowel);
    let begins_with_vowel = endings.bytes().next().is_some_and(is_vowel);
    let start = endings.get(..2).unwrap_or(endings);
    let is_joined = match start {
        "si" | "su" | "ya" | "ye" | "ni" | "nu" | "na" | "ne" => after_vowel,
        "la" | "le" => {
            endings.as_bytes().get(2) == Some(&b'r') || !(after_vowel || stem.ends_with('l'))
        }
        _ => !(after_vowel && begins_with_vowel),
    };
    is_harmonic && is_joined
}

fn ends_in_vowel_and_n(stem: &str) -> bool {
    let rest = stem.strip_suffix('n');
    rest.is_some_and(|rest| rest.bytes().last().is_some_and(is_vowel))
}

/// One form for stems that differ by what softens or falls before an ending.
fn normal(stem: &str) -> String {
    if stem.len() < SHORTEST || matches!(stem, "telebe" | "daire") {
        return stem.to_owned();
    }
    let mut stem = stem.to_owned();
    if stem.ends_with('g') {
        stem.pop();
        stem.push('q');
    } else if stem.ends_with("ey") {
        stem.pop();
        stem.push('k');
    } else if stem.len() > SHORTEST && ends_in_vowel_and_n(&stem) {
        stem.pop(); // qadına may be qadın-a or qadı-na
    }
    while stem.len() > SHORTEST && (stem.ends_with(['a', 'e', 'i', 'u']) || stem.ends_with("iy")) {
        stem.pop();
    }
    stem
}

#[cfg(test)]
mod tests {
    use super::super::fold;
    use super::stem;

    fn same(forms: &[&str]) {
        let stems: Vec<String> = forms.iter().map(|form| stem(&fold(form))).collect();
        assert!(
            stems.iter().all(|stem| *stem == stems[0]),
            "{forms:?}: {stems:?}"
        );
    }

    fn different(pairs: &[(&str, &str)]) {
        for (one, other) in pairs {
            assert_ne!(stem(&fold(one)), stem(&fold(other)), "{one} and {other}");
        }
    }

    #[test]
    fn forms_of_a_word_have_one_stem() {
        same(&[
            "plan",
            "planın",
            "planında",
            "planını",
            "planları",
            "planlarının",
        ]);
        same(&["şəffaflıq", "şəffaflığın", "şəffaflığının", "şəffaf"]);
        same(&[
            "nazirlik",
            "nazirliyi",
            "nazirliyinin",
            "nazirliklər",
            "nazirlikdən",
        ]);
        same(&["korrupsiya", "korrupsiyanın", "korrupsiyaya"]);
        same(&["icra", "icrası", "icrasının", "icraya", "icranın"]);
        same(&["büdcə", "büdcəsi", "büdcənin", "büdcələri", "büdcələrinin"]);
        same(&["qanun", "qanunu", "qanunun", "qanuna", "qanunlarda"]);
        same(&[
            "bələdiyyə",
            "bələdiyyələr",
            "bələdiyyələrin",
            "bələdiyyənin",
        ]);
        same(&["qulluq", "qulluğu", "qulluğuna", "qulluqda"]);
        same(&[
            "komissiya",
            "komissiyaya",
            "komissiyasının",
            "komissiyaları",
        ]);
        same(&[
            "xidmət",
            "xidmətlər",
            "xidmətlərin",
            "xidmətdən",
            "xidmətlərlə",
        ]);
        same(&["iş", "işlər", "işlərin", "işində"]);
        same(&["sorğu", "sorğunun", "sorğuların", "sorğusu"]);
        same(&["uşaq", "uşağı", "uşaqlar", "uşağın"]);
        same(&["əmək", "əməyi", "əməyin", "əməkdə"]);
        same(&["qadın", "qadına", "qadınlar", "qadının", "qadınların"]);
        same(&["rayon", "rayonu", "rayonlar", "rayonlarının", "rayona"]);
        same(&["fikir", "fikri", "fikrinin", "fikirlər"]);
        same(&["qisim", "qismi", "qismində"]);
        same(&["yer", "yerin", "yerinə", "yerlərin"]);
    }

    #[test]
    fn different_words_have_different_stems() {
        different(&[
            ("plan", "planlaşdırılması"),
            ("nazir", "nazirlik"),
            ("dövlət", "dövr"),
            ("qanun", "qanunvericilik"),
            ("borc", "borclu"),
            ("hesab", "hesabat"),
            ("hesabat", "hesabatlılıq"),
            ("icra", "icraçı"),
            ("iş", "işçi"),
            ("tələb", "tələbə"),
            ("ictimai", "ictimaiyyət"),
            ("mərkəz", "mərkəzləşdirilmiş"),
            ("il", "ilə"),
            ("məlumat", "məlumatlandırma"),
            ("mülkiyyət", "mülkiyyətçi"),
            ("korrupsiya", "antikorrupsiya"),
            ("yer", "yerli"),
            ("qisim", "qismən"),
            ("əsas", "əsasən"),
        ]);
    }
}

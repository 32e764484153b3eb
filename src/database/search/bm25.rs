//! BM25F scoring: how well a document matches a query, from the frequencies of its terms by field. Read from the text
//! where the words stand, without building a token stream.

use crate::database::search::query::{Query, Term};
use memchr::{memchr, memchr_iter, memmem::Finder};

/// What the fields weigh: title, summary, body; and how long each usually is, in words.
const FIELDS: [(f64, f64); 3] = [(8.0, 25.0), (4.0, 15.0), (1.0, 100.0)];
/// What a word weighs that stands as it was typed, as another form, or that only begins so.
const EXACT: f64 = 4.0;
const STEM: f64 = 2.0;
const PREFIX: f64 = 1.0;

/// What a query looks for, made ready for many texts.
pub struct Scorer<'q> {
    clauses: Vec<Vec<Sought<'q>>>,
}

/// A term, and how its words begin.
struct Sought<'q> {
    start: Finder<'q>,
    what: What<'q>,
}

enum What<'q> {
    /// The word as it was typed, and all forms of its stem.
    Word(&'q str, &'q [String]),
    Prefix(&'q str),
    /// The forms of each stem of a phrase.
    Phrase(Vec<&'q [String]>),
}

impl<'q> Scorer<'q> {
    pub fn of(query: &'q Query) -> Self {
        let sought = |term: &'q Term| Sought::of(query, term);
        let clauses = query.clauses.iter();
        Self {
            clauses: clauses
                .map(|clause| clause.terms.iter().filter_map(sought).collect())
                .collect(),
        }
    }

    /// The weight of the fields in which each clause is met, in thousandths. The words of a field have one
    /// blank between them.
    pub fn score(&self, fields: [&str; 3]) -> i64 {
        let mut score = 0.0;
        for clause in &self.clauses {
            for (field, (weight, usual)) in fields.iter().zip(FIELDS) {
                let best = clause.iter().map(|sought| sought.strength(field));
                let best = best.fold(0.0, f64::max);
                if best > 0.0 {
                    let length = length(field) / usual;
                    score +=
                        weight * best / (best + 1.2 * (0.25 + 0.75 * length)) * best.min(EXACT);
                }
            }
        }
        #[expect(clippy::cast_possible_truncation, reason = "a few thousands")]
        let thousandths = (score * 1000.0).round() as i64;
        thousandths
    }
}

/// How many words a field has.
fn length(field: &str) -> f64 {
    let words = match field {
        "" => 0,
        field => memchr_iter(b' ', field.as_bytes()).count() + 1,
    };
    number(words)
}

#[expect(clippy::cast_precision_loss, reason = "no text has 2^52 words")]
fn number(count: usize) -> f64 {
    count as f64
}

impl<'q> Sought<'q> {
    /// `None` where no text can have it.
    fn of(query: &'q Query, term: &'q Term) -> Option<Self> {
        let (start, what) = match term {
            Term::Word { word, stem } => {
                let forms = query.forms(stem);
                let start = common_start(forms.iter().chain([word]));
                (start, What::Word(word, forms))
            }
            Term::Prefix(start) => (start.as_str(), What::Prefix(start)),
            Term::Phrase(stems) => {
                let forms: Vec<&[String]> = stems.iter().map(|stem| query.forms(stem)).collect();
                let first = forms.first()?;
                (common_start(first.iter()), What::Phrase(forms))
            }
        };
        Some(Self {
            start: Finder::new(start),
            what,
        })
    }

    /// How strongly a text meets it: each place counts, the best kind of match most.
    fn strength(&self, text: &str) -> f64 {
        let words = self.places(text).map(|at| &text[at..]);
        match &self.what {
            What::Word(typed, forms) => {
                let place = |rest| match first_word(rest) {
                    word if word == *typed => EXACT,
                    word if is_one_of(forms, word) => STEM,
                    _ => 0.0,
                };
                words.map(place).sum()
            }
            What::Prefix(start) => {
                let place = |rest| {
                    if first_word(rest) == *start {
                        EXACT
                    } else {
                        PREFIX
                    }
                };
                words.map(place).sum()
            }
            What::Phrase(phrase) => {
                let stands = |rest: &&str| {
                    let mut words = rest.split(' ');
                    let mut forms = phrase.iter();
                    forms.all(|forms| words.next().is_some_and(|word| is_one_of(forms, word)))
                };
                number(words.filter(stands).count()) * EXACT
            }
        }
    }

    /// Where words stand that begin so.
    fn places<'t>(&'t self, text: &'t str) -> impl Iterator<Item = usize> + 't {
        let bytes = text.as_bytes();
        let found = self.start.find_iter(bytes);
        found.filter(move |&at| at < bytes.len() && (at == 0 || bytes[at - 1] == b' '))
    }
}

fn first_word(rest: &str) -> &str {
    let end = memchr(b' ', rest.as_bytes()).unwrap_or(rest.len());
    &rest[..end]
}

fn is_one_of(forms: &[String], word: &str) -> bool {
    forms.iter().any(|form| form == word)
}

/// What all of the words begin with.
fn common_start<'w>(words: impl Iterator<Item = &'w String>) -> &'w str {
    let mut words = words.map(String::as_str);
    let mut start = words.next().unwrap_or_default();
    for word in words {
        let pairs = start.char_indices().zip(word.chars());
        let same = pairs.take_while(|((_, one), other)| one == other);
        start = &start[..same
            .map(|((at, letter), _)| at + letter.len_utf8())
            .last()
            .unwrap_or(0)];
    }
    start
}

#[cfg(test)]
mod tests {
    use crate::database::search::{
        bm25::{EXACT, PREFIX, STEM, Scorer, common_start, length},
        query::{Query, Term},
    };
    use proptest::{collection::vec, prelude::*, sample::select};

    const WORDS: [&str; 9] = [
        "plan", "planin", "planlar", "plani", "icra", "icrasi", "icraci", "_", "an",
    ];

    fn query(typed: &str) -> Query {
        let forms = [
            ("plan", &["plan", "planin", "planlar"][..]),
            ("icra", &["icra", "icrasi"]),
        ];
        let query = Query::parse(typed).expect("a query");
        query.knowing(&forms)
    }

    /// The same, word by word.
    fn strength(query: &Query, term: &Term, words: &[&str]) -> f64 {
        let has = |stem: &str, word: &str| query.forms(stem).iter().any(|form| form == word);
        let place = |at: usize| match term {
            Term::Word { word, .. } if words[at] == word => EXACT,
            Term::Word { stem, .. } if has(stem, words[at]) => STEM,
            Term::Prefix(start) if words[at] == start => EXACT,
            Term::Prefix(start) if words[at].starts_with(start) => PREFIX,
            Term::Phrase(stems) => {
                let here = words[at..].iter().zip(stems);
                let met = here.filter(|(word, stem)| has(stem, word)).count();
                if met == stems.len() { EXACT } else { 0.0 }
            }
            _ => 0.0,
        };
        (0..words.len()).map(place).sum()
    }

    proptest! {
        #[test]
        fn words_are_counted_where_they_stand(
            words in vec(select(WORDS.to_vec()), 0..12),
            typed in select(vec!["plan", "planin", "plan*", "an*", "\"plan icra\"", "icrasi OR plan", "limon", "\"icra limon\""]),
        ) {
            let query = query(typed);
            let text = words.join(" ");
            let scorer = Scorer::of(&query);
            let terms = query.clauses.iter().zip(&scorer.clauses);
            for (clause, sought) in terms {
                for (term, sought) in clause.terms.iter().zip(sought) {
                    let (found, expected) = (sought.strength(&text), strength(&query, term, &words));
                    prop_assert!((found - expected).abs() < 0.1, "{term:?}: {found} for {expected}");
                }
            }
            prop_assert!((length(&text) - f64::from(u32::try_from(words.len()).expect("few"))).abs() < 0.1);
        }
    }

    #[test]
    fn what_words_begin_with_is_in_all_of_them() {
        let start = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|&word| word.to_owned()).collect();
            common_start(words.iter()).to_owned()
        };
        assert_eq!(start(&["fikir", "fikri", "fikirler"]), "fik");
        assert_eq!(start(&["qht", "дело"]), "");
        assert_eq!(start(&["дело", "дела"]), "дел");
        assert_eq!(start(&[]), "");
    }
}

//! The query parser: words, "phrases", -without, prefix*, OR, as a person types them.

use crate::{
    database::{AnyConnection, search::cache::SearchCache},
    language::{fold, stem::stem, tokenize::words, visible},
};
use diesel::QueryResult;
use icu_properties::{CodePointMapData, props::Script};
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

/// The longest query, in characters.
pub const MAX: usize = 1000;
/// The most words of a query.
const MAX_WORDS: usize = 50;
/// The most beginnings of a query: each stands for all the words that begin so.
const MAX_PREFIXES: usize = 8;

/// Words that are in nearly every text and say nothing.
const COMMON: [&str; 3] = ["ve", "ile", "ucun"];

/// A word that no text has.
const NO_WORD: &str = "__";

/// Why a query cannot be searched.
#[derive(Debug, PartialEq, Eq)]
pub enum WrongQuery {
    TooLong(String),
    TooShort(String),
}

/// What must be met, and what must not.
#[derive(Clone, Debug, Default)]
pub struct Query {
    pub clauses: Vec<Clause>,
    pub without: Vec<Term>,
    /// The words of the register that have a stem that is looked for, by the stem.
    forms: HashMap<String, Arc<[String]>>,
}

/// One of its terms must be met.
#[derive(Clone, Debug)]
pub struct Clause {
    pub terms: Vec<Term>,
}

/// What is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Term {
    /// A word in any inflected form.
    Word { word: String, stem: String },
    /// Words that begin so.
    Prefix(String),
    /// Words side by side, each in any inflected form.
    Phrase(Vec<String>),
}

impl Term {
    /// Words side by side; nothing where there are none.
    pub fn of_words(mut words: Vec<String>) -> Option<Self> {
        match words.len() {
            0 => None,
            1 => {
                let word = words.remove(0);
                let stem = stem(&word);
                Some(Self::Word { word, stem })
            }
            _ => Some(Self::Phrase(words.iter().map(|word| stem(word)).collect())),
        }
    }

    /// The stems that it looks for.
    fn stems(&self) -> &[String] {
        match self {
            Self::Word { stem, .. } => std::slice::from_ref(stem),
            Self::Prefix(_) => &[],
            Self::Phrase(stems) => stems,
        }
    }
}

impl Query {
    /// What meets all of these.
    pub fn of(clauses: Vec<Clause>) -> Self {
        Self {
            clauses,
            ..Self::default()
        }
    }

    /// Reads a query. What the acronyms and words of the register say of it is added by `resolve`.
    pub fn parse(text: &str) -> Result<Self, WrongQuery> {
        if text.chars().count() > MAX {
            return Err(WrongQuery::TooLong(format!(
                "has more than {MAX} characters"
            )));
        }
        let text = &*visible(text);
        let mut query = Self::default();
        let mut or = false;
        let (mut count, mut prefixes) = (0, 0);
        for piece in pieces(text) {
            if piece.text == "OR" && !piece.quoted && !piece.negative {
                or = true;
                continue;
            }
            let found = words(&piece.text);
            count += found.len();
            if count > MAX_WORDS {
                return Err(WrongQuery::TooLong(format!(
                    "has more than {MAX_WORDS} words"
                )));
            }
            let term = match found.as_slice() {
                [word] if piece.prefix => {
                    prefixes += 1;
                    Some(prefix(word, prefixes)?)
                }
                [word] if COMMON.contains(&word.as_str()) && !piece.quoted => None,
                _ => Term::of_words(found),
            };
            let Some(term) = term else { continue };
            match query.clauses.last_mut() {
                _ if piece.negative => query.without.push(term),
                Some(clause) if or => clause.terms.push(term),
                _ => query.clauses.push(Clause { terms: vec![term] }),
            }
            or = false;
        }
        if query.clauses.is_empty() && query.without.is_empty() {
            // nothing but words or endings that say nothing: then they are what is looked for
            let mut rest = words(text);
            if rest.is_empty() {
                let folded = fold(text);
                let pieces = folded.split(|letter: char| !letter.is_alphanumeric());
                rest = pieces
                    .filter(|piece| !piece.is_empty())
                    .map(str::to_owned)
                    .collect();
            }
            let terms = rest
                .into_iter()
                .filter_map(|word| Term::of_words(vec![word]));
            query.clauses = terms.map(|term| Clause { terms: vec![term] }).collect();
        }
        if query.clauses.is_empty() && query.without.is_empty() {
            // no word at all: a question that nothing answers
            let (word, stem) = (NO_WORD.to_owned(), NO_WORD.to_owned());
            query.clauses.push(Clause {
                terms: vec![Term::Word { word, stem }],
            });
        }
        Ok(query)
    }

    /// Adds what the register knows: the forms of the words, acronyms both ways, and the last word as a
    /// beginning where no text has it as a word.
    pub fn resolve(
        mut self,
        connection: &mut AnyConnection,
        knowledge: &SearchCache,
    ) -> QueryResult<Self> {
        self.learn_forms(connection, knowledge)?;
        self.complete_last_word();
        let short_forms = &knowledge.lexicon.pairs;
        for clause in &mut self.clauses {
            for term in clause.terms.clone() {
                clause.terms.extend(alternatives(&term, short_forms));
            }
        }
        self.join_expansions(short_forms);
        self.learn_forms(connection, knowledge)?;
        Ok(self)
    }

    /// Looks up the forms of the stems that are not looked up yet.
    fn learn_forms(
        &mut self,
        connection: &mut AnyConnection,
        knowledge: &SearchCache,
    ) -> QueryResult<()> {
        let terms = self.clauses.iter().flat_map(|clause| &clause.terms);
        let stems: BTreeSet<String> = terms
            .flat_map(Term::stems)
            .filter(|stem| !self.forms.contains_key(*stem))
            .cloned()
            .collect();
        self.forms.extend(knowledge.forms(connection, stems)?);
        Ok(())
    }

    /// The words of the register that have a stem.
    pub fn forms(&self, stem: &str) -> &[String] {
        self.forms.get(stem).map_or(&[], |forms| forms)
    }

    /// The same, where these words have these stems.
    #[cfg(test)]
    #[must_use]
    pub fn knowing(mut self, forms: &[(&str, &[&str])]) -> Self {
        let forms = forms.iter().map(|(stem, words)| {
            let words = words.iter().map(|&word| word.to_owned());
            ((*stem).to_owned(), words.collect())
        });
        self.forms = forms.collect();
        self
    }

    fn complete_last_word(&mut self) {
        let last = self
            .clauses
            .last_mut()
            .and_then(|clause| clause.terms.last_mut());
        if let Some(term) = last
            && let Term::Word { word, stem } = term
        {
            let is_known = self.forms.get(stem).is_some_and(|forms| !forms.is_empty());
            if !is_known && word.chars().count() > 1 {
                *term = Term::Prefix(word.clone());
            }
        }
    }

    /// Words in a row that are the expansion of an acronym are met by the acronym too.
    fn join_expansions(&mut self, pairs: &[(String, Vec<String>)]) {
        let stems = |clause: &Clause| match clause.terms.first() {
            Some(Term::Word { stem, .. }) => vec![stem.clone()],
            Some(Term::Phrase(stems)) => stems.clone(), // a hyphenated word
            _ => Vec::new(),
        };
        let clauses: Vec<Vec<String>> = self.clauses.iter().map(stems).collect();
        for (short, expansion) in pairs {
            let mut expansion = expansion.clone();
            expansion.retain(|stem| !COMMON.contains(&stem.as_str())); // as in the clauses
            for start in 0..clauses.len() {
                let is_expansion = |end: &usize| clauses[start..*end].concat() == expansion;
                let Some(end) = (start + 1..=clauses.len()).find(is_expansion) else {
                    continue;
                };
                let acronym = Term::Word {
                    word: short.clone(),
                    stem: short.clone(),
                };
                for clause in &mut self.clauses[start..end] {
                    if !clause.terms.contains(&acronym) {
                        clause.terms.push(acronym.clone());
                    }
                }
            }
        }
    }

    /// The words that are looked for, as they were typed.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.clauses
            .iter()
            .flat_map(|clause| &clause.terms)
            .filter_map(|term| match term {
                Term::Word { word, .. } | Term::Prefix(word) => Some(word.as_str()),
                Term::Phrase(_) => None,
            })
    }
}

/// A beginning, the so-manieth of its query, where it is long enough to leave most words out.
fn prefix(word: &str, number: usize) -> Result<Term, WrongQuery> {
    let mut letters = word.chars();
    let is_short =
        matches!((letters.next(), letters.next()), (Some(letter), None) if !is_word(letter));
    if is_short {
        return Err(WrongQuery::TooShort(format!(
            "`{word}*` has one letter before `*`; give two at least (in Chinese and Japanese, one)"
        )));
    }
    if number > MAX_PREFIXES {
        return Err(WrongQuery::TooLong(format!(
            "has more than {MAX_PREFIXES} words with `*`; give {MAX_PREFIXES} at most"
        )));
    }
    Ok(Term::Prefix(word.to_owned()))
}

/// Whether a letter may be a word by itself, as in Chinese and Japanese.
fn is_word(letter: char) -> bool {
    let script = CodePointMapData::<Script>::new().get(letter);
    [Script::Han, Script::Hiragana, Script::Katakana].contains(&script)
}

/// An acronym for its expansion, an expansion for its acronym.
fn alternatives(term: &Term, pairs: &[(String, Vec<String>)]) -> Vec<Term> {
    let matching = pairs.iter().filter_map(|(short, expansion)| match term {
        Term::Word { word, .. } if word == short => Some(Term::Phrase(expansion.clone())),
        Term::Prefix(word) if word == short => Some(Term::Phrase(expansion.clone())),
        Term::Phrase(stems) if stems == expansion => Some(Term::Word {
            word: short.clone(),
            stem: short.clone(),
        }),
        _ => None,
    });
    matching.collect()
}

struct Piece {
    text: String,
    quoted: bool,
    negative: bool,
    prefix: bool,
}

/// The words and phrases of a query; a quotation mark without its partner reaches to the end.
fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (negative, after) = match rest.strip_prefix('-') {
            Some(after) => (true, after),
            None => (false, rest),
        };
        let is_quote = |letter: char| matches!(letter, '"' | '“' | '”' | '«' | '»' | '„');
        let (inside, after, quoted) = if after.starts_with(is_quote) {
            let inside = after.trim_start_matches(is_quote);
            let end = inside.find(is_quote).unwrap_or(inside.len());
            (
                &inside[..end],
                inside[end..].trim_start_matches(is_quote),
                true,
            )
        } else {
            let end = after.find(|letter: char| letter.is_whitespace() || is_quote(letter));
            let end = end.unwrap_or(after.len());
            (&after[..end], &after[end..], false)
        };
        pieces.push(Piece {
            text: inside.to_owned(),
            quoted,
            negative,
            prefix: !quoted && inside.ends_with('*'),
        });
        rest = after.trim_start();
    }
    pieces
}

//! Text like that of the embedded plans: their words, as often and after the words that they follow there.

use super::draw::Draw;
use crate::package::{PackageSource, Seeds};
use std::{collections::HashMap, io};

/// The columns of the seeds that the words come from.
const TEXTS: [(&str, &[&str]); 4] = [
    ("measures.csv", &["title", "indicator"]),
    ("status_entries.csv", &["statement"]),
    ("sections.csv", &["title"]),
    ("obligations.csv", &["text"]),
];

/// Every word of the seeds in its place.
pub struct Corpus {
    /// The word at each place, by its number.
    text: Vec<usize>,
    words: Vec<String>,
    /// Where each word stands.
    places: Vec<Vec<usize>>,
}

impl Corpus {
    pub fn read() -> io::Result<Self> {
        let mut corpus = Self {
            text: Vec::new(),
            words: Vec::new(),
            places: Vec::new(),
        };
        let mut numbers = HashMap::new();
        for (file, columns) in TEXTS {
            for row in rows(file)? {
                for column in columns {
                    for word in row[*column].split_whitespace().filter_map(bare) {
                        corpus.add(word, &mut numbers);
                    }
                }
            }
        }
        Ok(corpus)
    }

    fn add(&mut self, word: &str, numbers: &mut HashMap<String, usize>) {
        let number = *numbers.entry(word.to_owned()).or_insert_with(|| {
            self.words.push(word.to_owned());
            self.places.push(Vec::new());
            self.words.len() - 1
        });
        self.places[number].push(self.text.len());
        self.text.push(number);
    }

    /// A run of words that begins with a capital letter.
    pub fn phrase(&self, draw: &mut Draw, length: usize) -> String {
        let mut phrase = String::new();
        let mut place = draw.below(self.text.len());
        for _ in 0..length {
            let number = self.text[place];
            let word = &self.words[number];
            if phrase.is_empty() {
                phrase = capitalised(word);
            } else {
                phrase.push(' ');
                phrase.push_str(word);
            }
            place = (draw.one_of(&self.places[number]) + 1) % self.text.len();
        }
        phrase
    }
}

/// The rows of a file of the seeds, by the names of their columns.
pub fn rows(file: &str) -> io::Result<Vec<HashMap<String, String>>> {
    let mut reader = csv::Reader::from_reader(Seeds.open(file)?);
    let rows = reader.deserialize().collect::<Result<_, csv::Error>>();
    Ok(rows?)
}

/// The word without signs around it; `None` where no letter is left, or only a number of a list.
fn bare(word: &str) -> Option<&str> {
    let word = word.trim_matches(|letter: char| !letter.is_alphanumeric());
    word.chars().any(char::is_alphabetic).then_some(word)
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    match letters.next() {
        Some('i') => "İ".to_owned() + letters.as_str(),
        Some(first) => first.to_uppercase().collect::<String>() + letters.as_str(),
        None => String::new(),
    }
}

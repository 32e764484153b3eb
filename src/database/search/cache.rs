//! A cache of what searches of one version of the register have in common (document frequencies, synonyms), bounded
//! in bytes.

use crate::database::{
    AnyConnection,
    resources::searched,
    schema::{search_documents, search_words},
    search::{acronyms::Lexicon, index_version},
    sql::{
        filter::{Filter, Predicate, Value},
        writer::native,
    },
};
use diesel::prelude::*;
use quick_cache::{Weighter, sync::Cache};
use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::Arc,
};

/// Of the room for all, that for words: one byte of so many.
const FOR_WORDS: u64 = 4;
/// What a text or a stem usually takes: room for so many is made at the start.
const USUAL: u64 = 16 << 10;
/// Room is made at the start for so many at most, however many bytes they may take.
const MOST_ROOM: u64 = 1 << 16;
/// How many texts are read at a time.
const BATCH: usize = 512;

/// What is known of one state of the register, shared by all who search it.
pub struct SearchCache {
    pub(crate) lexicon: Lexicon,
    /// Whether it holds as long as the register is in this state: an index of other rules may be made anew.
    holds: bool,
    /// The words of the register that have a stem, by the stem.
    forms: Cache<String, Arc<[String]>, Weight>,
    /// Records as the index has them, by their numbers in it.
    texts: Cache<i64, Arc<Indexed>, Weight>,
}

type Forms = HashMap<String, Arc<[String]>>;

/// A record as the index has it.
pub struct Indexed {
    pub resource: &'static str,
    /// Its id, and the words of its title, summary and body, one behind the other.
    text: Box<str>,
    ends: [usize; 3],
}

impl Indexed {
    fn new(resource: &'static str, [id, title, summary, body]: [&str; 4]) -> Self {
        let ends = [id.len(), title.len(), summary.len()];
        Self {
            resource,
            text: [id, title, summary, body].concat().into(),
            ends: [ends[0], ends[0] + ends[1], ends.iter().sum()],
        }
    }

    pub fn id(&self) -> &str {
        &self.text[..self.ends[0]]
    }

    /// The words of title, summary and body.
    pub fn fields(&self) -> [&str; 3] {
        let [id, title, summary] = self.ends;
        [
            &self.text[id..title],
            &self.text[title..summary],
            &self.text[summary..],
        ]
    }
}

/// What a text or the words of a stem take, in bytes.
#[derive(Clone)]
struct Weight;

/// What an entry takes beside its texts, about.
const OVERHEAD: usize = mem::size_of::<[usize; 8]>();

impl Weighter<String, Arc<[String]>> for Weight {
    fn weight(&self, stem: &String, forms: &Arc<[String]>) -> u64 {
        let forms = forms
            .iter()
            .map(|form| form.len() + mem::size_of::<String>());
        (stem.len() + forms.sum::<usize>() + OVERHEAD) as u64
    }
}

impl Weighter<i64, Arc<Indexed>> for Weight {
    fn weight(&self, _: &i64, record: &Arc<Indexed>) -> u64 {
        (record.text.len() + mem::size_of::<Indexed>() + OVERHEAD) as u64
    }
}

impl SearchCache {
    /// Reads what is needed for every search, and keeps no more bytes of the rest than there is room for.
    pub fn read(connection: &mut AnyConnection, room: u64) -> QueryResult<Self> {
        let number = usize::try_from((room / USUAL).min(MOST_ROOM)).unwrap_or(usize::MAX);
        let for_words = room / FOR_WORDS;
        Ok(Self {
            lexicon: Lexicon::read(connection)?,
            holds: index_version::are_followed(connection)?,
            forms: Cache::with_weighter(number, for_words, Weight),
            texts: Cache::with_weighter(number, room - for_words, Weight),
        })
    }

    /// How many bytes are kept.
    pub fn bytes(&self) -> u64 {
        self.forms.weight() + self.texts.weight()
    }

    /// The words of the register that have these stems, by the stem.
    pub(crate) fn forms(
        &self,
        connection: &mut AnyConnection,
        stems: BTreeSet<String>,
    ) -> QueryResult<Forms> {
        let mut found = Forms::new();
        let mut unknown: HashMap<String, Vec<String>> = HashMap::new();
        for stem in stems {
            match self.forms.get(&stem) {
                Some(forms) => drop(found.insert(stem, forms)),
                None => drop(unknown.insert(stem, Vec::new())),
            }
        }
        if unknown.is_empty() {
            return Ok(found);
        }
        let values = unknown.keys().cloned().map(Value::Text).collect();
        let rows: Vec<(String, String)> = search_words::table
            .filter(&Filter::column("stem", Predicate::OneOf(values)))
            .select((search_words::stem, search_words::word))
            .load(connection)?;
        for (stem, word) in rows {
            unknown.entry(stem).or_default().push(word);
        }
        for (stem, forms) in unknown {
            let forms: Arc<[String]> = forms.into();
            if self.holds {
                self.forms.insert(stem.clone(), forms.clone());
            }
            found.insert(stem, forms);
        }
        Ok(found)
    }

    /// The records with these numbers in the index, in no order.
    pub(crate) fn texts(
        &self,
        connection: &mut AnyConnection,
        numbers: &[i64],
    ) -> QueryResult<Vec<Arc<Indexed>>> {
        let mut texts = Vec::with_capacity(numbers.len());
        let mut unknown = Vec::new();
        for &number in numbers {
            match self.texts.get(&number) {
                Some(text) => texts.push(text),
                None => unknown.push(Value::Integer(number)),
            }
        }
        for numbers in unknown.chunks(BATCH) {
            let documents = Filter::column("number", Predicate::OneOf(numbers.to_vec()));
            texts.extend(self.read_texts(connection, &documents)?);
        }
        Ok(texts)
    }

    /// Reads and remembers the records that meet a condition.
    pub(crate) fn read_texts(
        &self,
        connection: &mut AnyConnection,
        documents: &Filter,
    ) -> QueryResult<Vec<Arc<Indexed>>> {
        type Row = (i64, String, String, String, String, String);
        let documents = search_documents::table
            .filter(documents)
            .select(search_documents::all_columns);
        let rows: Vec<Row> = native!(connection => documents.load(connection)?);
        let indexed = rows
            .iter()
            .filter_map(|(number, resource, id, title, summary, body)| {
                let resource = searched()
                    .map(|searched| searched.name)
                    .find(|searched| searched == resource)?;
                let record = Arc::new(Indexed::new(resource, [id, title, summary, body]));
                if self.holds {
                    self.texts.insert(*number, Arc::clone(&record));
                }
                Some(record)
            });
        Ok(indexed.collect())
    }
}

//! What the search learnt of one state of the register: it is read once, as long as there is room.

use super::{documents::SEARCHED, lexicon::Lexicon, rules};
use crate::database::{
    AnyConnection,
    condition::{Condition, Test, Value},
    pass::by_itself,
    schema::{search_documents, search_words},
};
use diesel::prelude::*;
use quick_cache::{Weighter, sync::Cache};
use std::{
    collections::{BTreeSet, HashMap},
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// So many stems are remembered; above that, all are forgotten.
const MOST_STEMS: usize = 10_000;
/// So many bytes of texts are remembered.
const MOST_TEXT: u64 = 16 << 20;
/// Room for so many texts is made at the start.
const USUAL: usize = 1000;
/// How many texts are read at a time.
const BATCH: usize = 512;

/// What is known of one state of the register, shared by all who search it.
pub struct Knowledge {
    pub(super) lexicon: Lexicon,
    /// Whether it holds as long as the register is in this state: an index of other rules may be made anew.
    holds: bool,
    /// The words of the register that have a stem, by the stem.
    forms: Mutex<Forms>,
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

/// What a text takes, in bytes.
#[derive(Clone)]
struct Weight;

impl Weighter<i64, Arc<Indexed>> for Weight {
    fn weight(&self, _: &i64, record: &Arc<Indexed>) -> u64 {
        (record.text.len() + mem::size_of::<Indexed>() + mem::size_of::<[usize; 8]>()) as u64
    }
}

impl Knowledge {
    pub fn read(connection: &mut AnyConnection) -> QueryResult<Self> {
        Ok(Self {
            lexicon: Lexicon::read(connection)?,
            holds: rules::are_followed(connection)?,
            forms: Mutex::default(),
            texts: Cache::with_weighter(USUAL, MOST_TEXT, Weight),
        })
    }

    /// The words of the register that have these stems, by the stem.
    pub(super) fn forms(
        &self,
        connection: &mut AnyConnection,
        stems: BTreeSet<String>,
    ) -> QueryResult<Forms> {
        let mut found = Forms::new();
        let mut unknown: HashMap<String, Vec<String>> = HashMap::new();
        {
            let known = self.known_forms();
            for stem in stems {
                match known.get(&stem) {
                    Some(forms) => drop(found.insert(stem, Arc::clone(forms))),
                    None => drop(unknown.insert(stem, Vec::new())),
                }
            }
        }
        if unknown.is_empty() {
            return Ok(found);
        }
        let values = unknown.keys().cloned().map(Value::Text).collect();
        let rows: Vec<(String, String)> = search_words::table
            .filter(&Condition::column("stem", Test::OneOf(values)))
            .select((search_words::stem, search_words::word))
            .load(connection)?;
        for (stem, word) in rows {
            unknown.entry(stem).or_default().push(word);
        }
        let learnt = unknown
            .into_iter()
            .map(|(stem, forms)| (stem, forms.into()));
        let learnt: Forms = learnt.collect();
        if !self.holds {
            found.extend(learnt);
            return Ok(found);
        }
        let mut known = self.known_forms();
        if known.len() + learnt.len() > MOST_STEMS {
            known.clear();
        }
        known.extend(learnt.clone());
        found.extend(learnt);
        Ok(found)
    }

    fn known_forms(&self) -> MutexGuard<'_, Forms> {
        self.forms.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The records with these numbers in the index, in no order.
    pub(super) fn texts(
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
            let documents = Condition::column("number", Test::OneOf(numbers.to_vec()));
            texts.extend(self.read_texts(connection, &documents)?);
        }
        Ok(texts)
    }

    /// Reads and remembers the records that meet a condition.
    pub(super) fn read_texts(
        &self,
        connection: &mut AnyConnection,
        documents: &Condition,
    ) -> QueryResult<Vec<Arc<Indexed>>> {
        type Row = (i64, String, String, String, String, String);
        let documents = search_documents::table
            .filter(documents)
            .select(search_documents::all_columns);
        let rows: Vec<Row> = by_itself!(connection => documents.load(connection)?);
        let indexed = rows
            .iter()
            .filter_map(|(number, resource, id, title, summary, body)| {
                let resource = SEARCHED.into_iter().find(|searched| searched == resource)?;
                let record = Arc::new(Indexed::new(resource, [id, title, summary, body]));
                if self.holds {
                    self.texts.insert(*number, Arc::clone(&record));
                }
                Some(record)
            });
        Ok(indexed.collect())
    }
}

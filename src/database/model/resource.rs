//! The descriptor of a resource: its columns, its relations, what is done with it, and the store of its rows. The
//! macro in `resources::declare` makes one for each; all layers above work from it.

use crate::database::{
    connection::{any::AnyConnection, dataset_version::Version},
    model::{prepared_record::PreparedRecord, validation::Check},
    sql::filter::{Filter, JoinPath, Order, SortKey, Value},
};
use chrono::NaiveDate;
use diesel::QueryResult;
use serde_json::{Map, Value as Json};
use std::sync::LazyLock;
use utoipa::openapi::{RefOr, schema::Schema};

pub type Object = Map<String, Json>;

/// A kind of record that clients can ask for, and that a package holds a file of.
pub struct Resource {
    /// The plural: the table's name, the file's name, the key of counts.
    pub name: &'static str,
    /// The name in paths: `status-entries`.
    pub path: &'static str,
    pub singular: &'static str,
    /// One sentence for clients.
    pub about: &'static str,
    /// The id of a record of the embedded register, for examples; empty where it has none.
    pub example: &'static str,
    /// Columns that are ids of other records.
    pub references: &'static [Reference],
    /// Filters that reach through relations.
    pub relations: &'static [Relation],
    /// What `include` can embed, besides the records that `references` name.
    pub children: &'static [Child],
    /// Columns that sort by another column kept for it.
    pub sort_keys: &'static [SortColumn],
    /// The order of the document.
    pub order: &'static [&'static str],
    /// Columns that lists are read by, value by value: an index begins with each.
    pub indexed: &'static [&'static str],
    /// Columns whose texts many records share: an index begins with each.
    pub low_cardinality: &'static [&'static str],
    /// Columns whose values together stand once.
    pub unique: &'static [&'static [&'static str]],
    /// Columns computed from other records: in answers, not in packages.
    pub derived: &'static [&'static str],
    /// What else is done with its records.
    pub behaviour: Behaviour,
    pub store: &'static dyn RecordStore,
    pub columns: LazyLock<Vec<Column>>,
    pub schema: fn() -> RecordSchema,
}

/// What is done with the records of a resource, beside reading and writing them: a part of its declaration.
pub struct Behaviour {
    /// What the datasets of the catalogue are called, in English and in Azerbaijani.
    pub titles: [&'static str; 2],
    /// What is searched of a record; `None` where nothing is.
    pub searched: Option<SearchedTexts>,
    /// Records of other resources whose documents hold texts of a record: those that it is found by there.
    pub searched_in: Option<SearchedIn>,
    /// The columns that the full-text index of `dataset.sqlite` holds.
    pub full_text: &'static [&'static str],
    /// Checks of the values of a record beside each other.
    pub checks: &'static [Check],
    /// Whether its lists can be had as feeds.
    pub has_feeds: bool,
    /// Whether its lists can be had as calendars.
    pub has_calendar: bool,
    /// Whether its records have scorecards.
    pub has_scorecards: bool,
    /// The column with the level of completion that statistics break down by.
    pub level: Option<&'static str>,
}

impl Behaviour {
    /// The records of these titles, with which nothing else is done.
    pub const fn titled(english: &'static str, azerbaijani: &'static str) -> Self {
        Self {
            titles: [english, azerbaijani],
            searched: None,
            searched_in: None,
            full_text: &[],
            checks: &[],
            has_feeds: false,
            has_calendar: false,
            has_scorecards: false,
            level: None,
        }
    }
}

/// The columns whose texts are searched, by how much they weigh.
pub struct SearchedTexts {
    /// What weighs most.
    pub title: &'static [&'static str],
    pub summary: &'static [&'static str],
    pub body: &'static [&'static str],
    /// Columns that are searched only where they do not stand in another text of the record.
    pub quoted: &'static [&'static str],
}

/// A resource whose documents hold texts of another one, and the filter by that other one.
pub struct SearchedIn {
    pub resource: &'static str,
    pub filter: &'static str,
}

/// What the documentation of a record's type says.
pub struct RecordSchema {
    pub name: String,
    pub schema: RefOr<Schema>,
    /// The schemas that it refers to, by their names.
    pub parts: Vec<(String, RefOr<Schema>)>,
}

/// A column, the column that it sorts by, and how that follows from it.
pub type SortColumn = (&'static str, &'static str, fn(&str) -> String);

/// A column that holds the id of a record.
pub struct Reference {
    pub column: &'static str,
    pub resource: &'static str,
}

/// A filter by the id of a related record, or by a column of the rows between.
pub struct Relation {
    pub name: &'static str,
    /// The resource whose ids are the values; none where the values are words.
    pub resource: Option<&'static str>,
    /// The words, where the values are words.
    pub words: &'static [&'static str],
    pub about: &'static str,
    pub through: Option<&'static JoinPath>,
    pub column: &'static str,
    /// Whether the sections below a section count too.
    pub within: bool,
}

impl Relation {
    /// A filter by a word in a column of other rows; by a country code where no words are given.
    pub const fn words(
        name: &'static str,
        words: &'static [&'static str],
        about: &'static str,
        through: &'static JoinPath,
        column: &'static str,
    ) -> Self {
        Self {
            name,
            resource: None,
            words,
            about,
            through: Some(through),
            column,
            within: false,
        }
    }

    /// A filter by the id of a record that other rows lead to.
    pub const fn id(
        name: &'static str,
        resource: &'static str,
        about: &'static str,
        through: &'static JoinPath,
        column: &'static str,
    ) -> Self {
        Self {
            name,
            resource: Some(resource),
            words: &[],
            about,
            through: Some(through),
            column,
            within: false,
        }
    }

    /// The same, for a section: those below it count too.
    pub const fn section(through: &'static JoinPath, column: &'static str) -> Self {
        let about = "A section, with its subsections: ids of `sections`.";
        Self {
            within: true,
            ..Self::id("section", "sections", about, through, column)
        }
    }
}

/// Records that belong to a record, for `include`.
pub struct Child {
    pub name: &'static str,
    pub resource: &'static str,
    /// The column of the child that holds the record's id.
    pub column: &'static str,
}

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Id,
    Text,
    /// ISO 3166-1 alpha-2.
    Country,
    Enum(Vec<String>),
    Integer,
    Date,
    Timestamp,
    TextList,
}

impl Kind {
    /// A value that no other comes before; `None` for lists, which do not compare.
    pub fn lowest(&self) -> Option<Value> {
        let day = NaiveDate::from_ymd_opt(1, 1, 1);
        match self {
            Self::Id | Self::Text | Self::Country | Self::Enum(_) => {
                Some(Value::Text(String::new()))
            }
            Self::Integer => Some(Value::Integer(i64::MIN)),
            Self::Date => day.map(Value::Date),
            Self::Timestamp => day
                .and_then(|day| day.and_hms_opt(0, 0, 0))
                .map(Value::Moment),
            Self::TextList => None,
        }
    }
}

/// A column, as the documentation of the record's type tells it.
#[derive(Clone, Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    pub nullable: bool,
    /// Whether its texts are web addresses.
    pub is_url: bool,
    pub about: String,
    pub example: Option<Json>,
    /// Whether packages hold it.
    pub is_input: bool,
    /// The column to sort by; none where sorting makes no sense.
    pub sort_column: Option<&'static str>,
    /// The resource whose id it holds.
    pub resource: Option<&'static str>,
}

/// Texts that are asked for as words are: a number such as `5.1`, the code of a language, the name of a
/// resource, ids of any resource.
const CODES: [&str; 5] = [
    "number",
    "language",
    "resource",
    "record_id",
    "successor_id",
];

impl Column {
    /// Whether it holds free text, in which commas are a part of the text: a filter takes one such value, and
    /// several, separated by commas, of everything else.
    pub fn is_free_text(&self) -> bool {
        match self.kind {
            Kind::Text => !CODES.contains(&self.name),
            Kind::TextList => true,
            _ => false,
        }
    }
}

/// The columns that every record has beside its own.
pub const STAMP: [&str; 3] = ["revision", "created_at", "updated_at"];

/// Which rows of a resource, in which order, and how many.
pub struct Query {
    pub condition: Filter,
    pub order: Order,
    pub limit: i64,
    pub offset: i64,
}

/// A row, whatever its resource.
pub trait Row: Send + Sync {
    fn id(&self) -> &str;
    fn to_object(&self) -> Object;
    fn to_json(&self) -> String;
    /// Writes the columns as the cells of a line; of resources without lists only, which CSV has no
    /// cell for.
    fn write_csv(&self, output: &mut csv::Writer<Vec<u8>>) -> csv::Result<()>;
}

/// The rows of a resource in the database.
pub trait RecordStore: Sync {
    fn list(&self, connection: &mut AnyConnection, query: &Query)
    -> QueryResult<Vec<Box<dyn Row>>>;
    fn count(&self, connection: &mut AnyConnection, condition: &Filter) -> QueryResult<i64>;
    /// The record; `None` where there is none.
    fn find(&self, connection: &mut AnyConnection, id: &str) -> QueryResult<Option<Box<dyn Row>>>;
    /// The record and the version that it is of, in one statement; `None` where there is none.
    fn find_with_version(
        &self,
        connection: &mut AnyConnection,
        id: &str,
    ) -> QueryResult<Option<(Version, Box<dyn Row>)>>;
    /// Those of the ids that exist.
    fn existing(&self, connection: &mut AnyConnection, ids: &[String]) -> QueryResult<Vec<String>>;
    /// The ids of the rows of a query, in its order.
    fn matching(&self, connection: &mut AnyConnection, query: &Query) -> QueryResult<Vec<String>>;
    fn ids(&self, connection: &mut AnyConnection, limit: i64) -> QueryResult<Vec<String>>;
    /// Writes records that are not there, changed at a moment.
    fn insert(
        &self,
        connection: &mut AnyConnection,
        records: &[PreparedRecord],
        at: &str,
    ) -> QueryResult<()>;
    fn delete(&self, connection: &mut AnyConnection, id: &str) -> QueryResult<()>;
}

impl Resource {
    /// The name in paths: `status-entries`.
    pub fn path(&self) -> &'static str {
        self.path
    }

    /// The column of that name; `None` where there is none.
    pub fn column(&'static self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The column that names a record to people; `None` where none does.
    pub fn label(&'static self) -> Option<&'static Column> {
        ["name", "title", "text"]
            .iter()
            .find_map(|name| self.column(name))
    }

    /// The columns that packages hold.
    pub fn input_columns(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| column.is_input)
    }

    /// The order, ending in the id, that the columns stand for.
    pub fn sort_keys(&self, columns: &[(&'static str, bool)]) -> Vec<SortKey> {
        let mut keys: Vec<SortKey> = Vec::new();
        for (name, descending) in columns.iter().copied().chain([("id", false)]) {
            let Some(column) = self.columns.iter().find(|column| column.name == name) else {
                continue;
            };
            let key = SortKey {
                column: column.sort_column.unwrap_or(column.name),
                descending,
                nullable: column.nullable,
            };
            if !keys.iter().any(|other| other.column == key.column) {
                keys.push(key);
            }
        }
        keys
    }

    /// The order of the document.
    pub fn document_order(&self) -> Vec<(&'static str, bool)> {
        self.order.iter().map(|&name| (name, false)).collect()
    }

    /// A query for all rows, in an order.
    pub fn ordered(&self, keys: Vec<SortKey>) -> Query {
        Query {
            condition: Filter::default(),
            order: Order {
                keys,
                ..Order::default()
            },
            limit: i64::MAX,
            offset: 0,
        }
    }

    /// A query for all rows that meet the condition, in the order of the document.
    pub fn all(&self, condition: Filter) -> Query {
        Query {
            condition,
            ..self.ordered(self.sort_keys(&self.document_order()))
        }
    }

    /// Every resource that `include` can embed, by the key that it appears under.
    pub fn includes(&self) -> Vec<(&'static str, &'static str)> {
        let referred = self
            .references
            .iter()
            .filter(|reference| include_name(reference.column) != reference.column)
            .map(|reference| (include_name(reference.column), reference.resource));
        let children = self
            .children
            .iter()
            .map(|child| (child.name, child.resource));
        referred.chain(children).collect()
    }
}

/// `section_id` is included as `section`.
pub fn include_name(column: &'static str) -> &'static str {
    column.strip_suffix("_id").unwrap_or(column)
}

/// `status_entries` stands in paths as `status-entries`; `N` is the length of the name.
pub const fn hyphenated<const N: usize>(name: &str) -> [u8; N] {
    let (name, mut path, mut at) = (name.as_bytes(), [0; N], 0);
    while at < N {
        path[at] = if name[at] == b'_' { b'-' } else { name[at] };
        at += 1;
    }
    path
}

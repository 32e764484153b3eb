//! The rules by which the search index is made: an index of other rules is made anew.

use crate::support::{Memory, Register, seeded};
use aciqplan::database::{AnyConnection, Database, search::INDEX_VERSION};
use diesel::{
    QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    sql_query,
    sql_types::{Integer, Text},
};
use sha2::{Digest, Sha256};

/// What the rules make of the seeds.
///
/// Where the same seeds give another index, the rules are others: raise `RULES`. Where only the seeds are
/// others, the number stays. Either way, what is printed belongs here.
const MADE: (i32, &str) = (
    4,
    "064eab990c13aef41cc34aa128286dd68c6c5ec3d641410c26ee5399308f59f2",
);

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = Integer)]
    number: i32,
}

/// All that the index has, in an order of its own.
fn index(register: &Register) -> Vec<String> {
    let connection = &mut *register.database.connection().unwrap();
    let of_records = "SELECT resource || '/' || record_id || ': ' || title || '; ' || summary || '; ' || body \
        AS line FROM search_documents ORDER BY resource, record_id";
    let of_words = "SELECT word || ' -> ' || stem AS line FROM search_words ORDER BY word, stem";
    [of_records, of_words]
        .into_iter()
        .flat_map(|lines| load::<Line>(connection, lines))
        .map(|row| row.line)
        .collect()
}

fn load<R>(connection: &mut AnyConnection, query: &str) -> Vec<R>
where
    R: QueryableByName<diesel::sqlite::Sqlite> + QueryableByName<diesel::pg::Pg> + 'static,
{
    match connection {
        AnyConnection::Sqlite(sqlite) => sql_query(query).load(sqlite).unwrap(),
        AnyConnection::Postgres(postgres) => sql_query(query).load(postgres).unwrap(),
    }
}

fn number(register: &Register) -> Vec<i32> {
    let connection = &mut *register.database.connection().unwrap();
    let numbers = load::<Number>(connection, "SELECT number FROM search_rules");
    numbers.into_iter().map(|row| row.number).collect()
}

/// Leaves the index as other rules might have made it: with a stem that these do not give.
fn spoil(register: &Register, rules: i32) {
    let mut connection = register.database.connection().unwrap();
    let spoilt = format!(
        "DELETE FROM search_words WHERE stem = 'seffaf';
         UPDATE search_documents SET title = 'x' WHERE resource = 'measures';
         UPDATE search_rules SET number = {rules}"
    );
    connection.batch_execute(&spoilt).unwrap();
}

#[actix_web::test]
async fn the_rules_have_another_number_when_they_make_another_index_of_the_seeds() {
    for register in seeded() {
        let digest = Sha256::digest(index(&register).join("\n"));
        let digest = data_encoding::HEXLOWER.encode(&digest);
        assert_eq!((INDEX_VERSION, digest.as_str()), MADE, "{}", register.name);
    }
}

#[actix_web::test]
async fn an_index_of_other_rules_is_made_anew_when_the_register_is_opened() {
    for register in seeded() {
        assert_eq!(number(&register), [INDEX_VERSION]);
        let (whole, found) = (
            index(&register),
            register.ids("/v1/measures?q=seffafliq").await,
        );
        for rules in [0, INDEX_VERSION + 1] {
            spoil(&register, rules);
            assert_ne!(register.ids("/v1/measures?q=seffafliq").await, found);
            Database::open_replica(&register.url, 1).unwrap();
            assert_eq!(number(&register), [rules], "who only reads leaves it");
            Database::open(&register.url, 1).unwrap();
            assert_eq!(number(&register), [INDEX_VERSION], "{}", register.name);
            assert_eq!(index(&register), whole, "{}", register.name);
            assert_eq!(register.ids("/v1/measures?q=seffafliq").await, found);
        }
        spoil(&register, INDEX_VERSION);
        let spoilt = index(&register);
        Database::open(&register.url, 1).unwrap();
        assert_eq!(
            index(&register),
            spoilt,
            "it is made anew only where it must be"
        );
    }
}

#[actix_web::test]
async fn a_write_into_an_index_of_other_rules_makes_all_of_it_anew() {
    for register in seeded() {
        let whole = index(&register);
        spoil(&register, INDEX_VERSION + 1);
        let changed = Memory::seeds().with(
            "agencies.csv",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,,",
            "maliyye-nazirliyi,AZ,Maliyyə Nazirliyi,MN,",
        );
        register.load(&changed).unwrap();
        assert_eq!(number(&register), [INDEX_VERSION]);
        register.load(&Memory::seeds()).unwrap();
        let now = index(&register);
        // a word that stood somewhere once is still known
        let now: Vec<&String> = now.iter().filter(|line| *line != "mn -> mn").collect();
        assert_eq!(now, whole.iter().collect::<Vec<_>>(), "{}", register.name);
    }
}

//! The tables: made and brought up to date at start.

use super::{AnyConnection, Error};
use crate::language;
use diesel::{
    backend::Backend,
    connection::SimpleConnection,
    migration::{self, Migration, MigrationSource},
    prelude::*,
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::{collections::BTreeSet, sync::LazyLock};

const SHARED: EmbeddedMigrations = embed_migrations!("migrations/shared");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what has not run yet. Refuses a database that a later version has migrated.
///
/// Several services may start at once: one lock is held over all migrations, in a transaction that diesel knows
/// of. It would end one that it does not know of with the first migration.
pub fn run(connection: &mut AnyConnection) -> Result<(), Error> {
    match connection {
        AnyConnection::Postgres(postgres) => postgres.transaction(|postgres| {
            postgres.batch_execute("SELECT pg_advisory_xact_lock(20200227)")?;
            refuse_later(postgres)?;
            migrate(postgres, Trees([POSTGRES, SHARED]))?;
            Ok(postgres.batch_execute(&FOLD_FUNCTION)?)
        }),
        AnyConnection::Sqlite(sqlite) => {
            refuse_later(sqlite)?;
            // A file that can only be read has nothing to wait for.
            if !pending(sqlite)? {
                return Ok(());
            }
            sqlite.immediate_transaction(|sqlite| {
                refuse_later(sqlite)?; // another program may have migrated it meanwhile
                migrate(sqlite, Trees([SHARED, SQLITE]))
            })
        }
    }
}

/// Trees that grow together: their migrations run in the order of their versions, whichever tree has them.
struct Trees([EmbeddedMigrations; 2]);

impl<D: Backend> MigrationSource<D> for Trees {
    fn migrations(&self) -> migration::Result<Vec<Box<dyn Migration<D>>>> {
        let mut migrations = Vec::new();
        for tree in &self.0 {
            migrations.extend(tree.migrations()?);
        }
        Ok(migrations)
    }
}

fn migrate<D: Backend>(
    connection: &mut impl MigrationHarness<D>,
    trees: Trees,
) -> Result<(), Error> {
    let migrated = connection.run_pending_migrations(trees);
    migrated.map(drop).map_err(Error::Migration)
}

fn pending(sqlite: &mut SqliteConnection) -> Result<bool, Error> {
    let pending = sqlite.has_pending_migration(Trees([SHARED, SQLITE]));
    pending.map_err(Error::Migration)
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// Says whether the tables are those of this program. It only reads, so that a standby can be asked.
pub fn verify(connection: &mut AnyConnection) -> Result<(), Error> {
    let own = match connection {
        AnyConnection::Postgres(_) => &POSTGRES,
        AnyConnection::Sqlite(_) => &SQLITE,
    };
    let applied: Vec<String> = __diesel_schema_migrations::table
        .select(__diesel_schema_migrations::version)
        .load(connection)?;
    let applied: BTreeSet<String> = applied.into_iter().collect();
    let expected: BTreeSet<String> = names(&SHARED).union(&names(own)).cloned().collect();
    if let Some(later) = applied.difference(&expected).next() {
        return Err(Error::TooNew(later.clone()));
    }
    match expected.difference(&applied).next() {
        Some(pending) => Err(Error::Migration(format!("{pending} is pending").into())),
        None => Ok(()),
    }
}

fn refuse_later<D: Backend>(connection: &mut impl MigrationHarness<D>) -> Result<(), Error> {
    let mut known = names(&SHARED);
    known.extend(names(&POSTGRES));
    known.extend(names(&SQLITE));
    let applied = connection.applied_migrations().map_err(Error::Migration)?;
    match applied
        .iter()
        .find(|version| !known.contains(&version.to_string()))
    {
        Some(version) => Err(Error::TooNew(version.to_string())),
        None => Ok(()),
    }
}

fn names(source: &EmbeddedMigrations) -> BTreeSet<String> {
    let migrations: Vec<Box<dyn Migration<diesel::pg::Pg>>> =
        source.migrations().unwrap_or_default();
    migrations
        .iter()
        .map(|migration| migration.name().version().to_string())
        .collect()
}

/// What is usual in the texts here, beside the characters of ASCII, and marks that stay as they are.
const USUAL: &str = "əƏıİşŞçÇöÖüÜğĞ";
const MARKS: &str = "“”«»„‘’–—…№";
/// What passes for ə.
const SCHWAS: &str = "әӘǝƎ";

/// The function that `SQLite` connections get from `language::fold`, as tables of characters.
///
/// `translate` goes through its table for each letter, so there are three: a short one for what is usual, beside
/// the ends of paragraphs; where other characters stand, another for what nobody sees, for white space and for
/// what passes for ə; and where there are still others, that of all characters.
static FOLD_FUNCTION: LazyLock<String> = LazyLock::new(|| {
    let from_table =
        |text: &str, (from, to): (String, String)| format!("translate({text}, '{from}', '{to}')");
    let usual = from_table(
        "replace(lower($1 COLLATE \"C\"), '\n', ' ')",
        table(USUAL.chars()),
    );
    let ignored = class(language::is_invisible);
    let white = class(char::is_whitespace);
    let spelt = from_table(&usual, table(SCHWAS.chars()));
    let spelt = format!(
        "regexp_replace(regexp_replace({spelt}, '[{ignored}]', '', 'g'), '[{white}]+', ' ', 'g')"
    );
    // what nobody sees beyond the letters of languages is left out by its class: that is shorter than a table
    let is_left_to_it = |c: char| c > '\u{ffff}' && language::is_invisible(c);
    let is_told = |c: &char| !(matches!(c, '\'' | '\\') || is_left_to_it(*c));
    let any = from_table("$1", table(('\u{1}'..=char::MAX).filter(is_told)));
    let any =
        format!("regexp_replace(regexp_replace({any}, '[{ignored}]', '', 'g'), ' +', ' ', 'g')");
    format!(
        "CREATE OR REPLACE FUNCTION fold(text TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $$ \
         SELECT CASE WHEN {usual} !~ '[^\\x20-\\x7f{MARKS}]|  ' THEN {usual} \
         WHEN {spelt} !~ '[^\\x01-\\x7f{MARKS}]' THEN {spelt} ELSE {any} END $$"
    )
});

/// The characters of which something holds, as ranges of a regular expression.
fn class(holds: impl Fn(char) -> bool) -> String {
    let mut ranges: Vec<(char, char)> = Vec::new();
    for character in ('\u{1}'..=char::MAX).filter(|c| holds(*c)) {
        match ranges.last_mut() {
            Some((_, last)) if u32::from(*last) + 1 == u32::from(character) => *last = character,
            _ => ranges.push((character, character)),
        }
    }
    let escaped = |c: char| format!("\\U{:08x}", u32::from(c));
    let ranges = ranges.into_iter();
    let ranges = ranges.map(|(first, last)| [escaped(first), escaped(last)].join("-"));
    ranges.collect::<Vec<_>>().concat()
}

/// The characters that are folded, and what to; behind them those that are left out.
fn table(characters: impl Iterator<Item = char>) -> (String, String) {
    let (mut from, mut to, mut gone) = (String::new(), String::new(), String::new());
    for character in characters {
        match language::fold_character(character) {
            Some(folded) if folded != character => {
                from.push(character);
                to.push(folded);
            }
            Some(_) => {}
            None => gone.push(character),
        }
    }
    (from + &gone, to)
}

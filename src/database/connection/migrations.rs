//! Schema migrations, embedded in the binary: the tables are made and brought up to date when a register is opened,
//! and verified where it is only read.

use crate::{
    database::{AnyConnection, Error},
    language::{self, fold::LIGATURES},
};
use diesel::{
    backend::Backend,
    connection::SimpleConnection,
    dsl::sql,
    migration::{self, Migration, MigrationSource},
    prelude::*,
    sql_types::{Bool, Nullable, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use std::{collections::BTreeSet, sync::LazyLock};

const SHARED: EmbeddedMigrations = embed_migrations!("migrations/shared");
const SQLITE: EmbeddedMigrations = embed_migrations!("migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("migrations/postgres");

/// Runs what has not run yet, and says how much that was. Refuses a database that a later version has migrated.
///
/// Where nothing is to be done, a role is enough that may not do it.
///
/// Several services may start at once: one lock is held over all migrations, in a transaction that diesel knows
/// of. It would end one that it does not know of with the first migration.
pub fn run(connection: &mut AnyConnection) -> Result<usize, Error> {
    let pending = match verify(connection) {
        Ok(()) => return Ok(0),
        Err(Error::TooOld(pending)) => Error::TooOld(pending),
        Err(Error::Empty) => Error::Empty,
        Err(error) => return Err(error),
    };
    match connection {
        AnyConnection::Postgres(postgres) => postgres.transaction(|postgres| {
            if !may_migrate(postgres)? {
                return Err(pending);
            }
            postgres.batch_execute("SELECT pg_advisory_xact_lock(20200227)")?;
            // Who reads waits behind a migration that waits for a table.
            postgres.batch_execute("SET LOCAL lock_timeout = '30s'")?;
            refuse_later(postgres)?;
            let migrated = migrate(postgres, Trees([POSTGRES, SHARED]))?;
            postgres.batch_execute(&FOLD_FUNCTION)?;
            Ok(migrated)
        }),
        AnyConnection::Sqlite(sqlite) => {
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
) -> Result<usize, Error> {
    let migrated = connection.run_pending_migrations(trees);
    Ok(migrated.map_err(Error::Migration)?.len())
}

/// Whether the role may make tables where the register is.
fn may_migrate(postgres: &mut PgConnection) -> QueryResult<bool> {
    let may_create = sql::<Nullable<Bool>>("has_schema_privilege(current_schema(), 'CREATE')");
    let may_create: Option<bool> = diesel::select(may_create).get_result(postgres)?;
    Ok(may_create != Some(false)) // without a schema PostgreSQL says what is missing
}

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
    }
}

/// Says whether the tables are those of this program. It only reads, so that a standby can be asked.
pub fn verify(connection: &mut AnyConnection) -> Result<(), Error> {
    if !is_there(connection)? {
        return Err(Error::Empty);
    }
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
        Some(pending) => Err(Error::TooOld(pending.clone())),
        None if folds(connection)? => Ok(()),
        None => Err(Error::TooOld("fold".to_owned())),
    }
}

/// Whether the database has a register at all.
fn is_there(connection: &mut AnyConnection) -> QueryResult<bool> {
    let table = match connection {
        AnyConnection::Postgres(_) => "to_regclass('__diesel_schema_migrations') IS NOT NULL",
        AnyConnection::Sqlite(_) => {
            "EXISTS (SELECT 1 FROM sqlite_master WHERE name = '__diesel_schema_migrations')"
        }
    };
    diesel::select(sql::<Bool>(table)).get_result(connection)
}

/// Whether `fold` is the function of this program: it follows the letters that this program folds.
fn folds(connection: &mut AnyConnection) -> QueryResult<bool> {
    let AnyConnection::Postgres(postgres) = connection else {
        return Ok(true); // each connection to a file gets its own
    };
    let body = sql::<Nullable<Text>>(
        "(SELECT md5(prosrc) FROM pg_proc WHERE oid = to_regprocedure('fold(text)'))",
    );
    let own = sql::<Text>("md5(")
        .bind::<Text, _>(FOLD_BODY.as_str())
        .sql(")");
    let (body, own): (Option<String>, String) = diesel::select((body, own)).get_result(postgres)?;
    Ok(body == Some(own))
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
const USUAL: &str = "əƏıİşŞçÇöÖüÜğĞ–—─";
const MARKS: &str = "“”«»„‘’…№";
/// What passes for ə.
const SCHWAS: &str = "әӘǝƎ";

/// The function that `SQLite` connections get from `language::fold`, as tables of characters.
///
/// `translate` goes through its table for each letter, so there are three: a short one for what is usual, beside
/// the ends of paragraphs; where other characters stand, another for what nobody sees, for white space and for
/// what passes for ə; and where there are still others, that of all characters, and ligatures one by one.
static FOLD_BODY: LazyLock<String> = LazyLock::new(|| {
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
    let any = LIGATURES.iter().fold(any, |text, (ligature, letters)| {
        format!("replace({text}, '{ligature}', '{letters}')")
    });
    let any =
        format!("regexp_replace(regexp_replace({any}, '[{ignored}]', '', 'g'), ' +', ' ', 'g')");
    format!(
        " SELECT CASE WHEN {usual} !~ '[^\\x20-\\x7f{MARKS}]|  ' THEN {usual} \
         WHEN {spelt} !~ '[^\\x01-\\x7f{MARKS}]' THEN {spelt} ELSE {any} END "
    )
});

static FOLD_FUNCTION: LazyLock<String> = LazyLock::new(|| {
    let body = FOLD_BODY.as_str();
    format!(
        "CREATE OR REPLACE FUNCTION fold(text TEXT) RETURNS TEXT LANGUAGE SQL IMMUTABLE STRICT PARALLEL SAFE AS $${body}$$"
    )
});

/// The characters of which something holds, as ranges of a regular expression.
fn class(holds: impl Fn(char) -> bool) -> String {
    let escaped = |c: char| format!("\\U{:08x}", u32::from(c));
    let ranges = language::ranges('\u{1}'..=char::MAX, holds).into_iter();
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

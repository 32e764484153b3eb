//! A writer of SQL for either database: diesel's AST pass, whichever backend it is for, as one type. All parts of SQL
//! are written through it.
//!
//! Where much is read the database is asked by its own connection: code for both at once would write every statement
//! anew for each.

use crate::database::connection::any::MultiBackend;
use diesel::{
    QueryResult, pg::Pg, query_builder::AstPass, serialize::ToSql, sql_types::HasSqlType,
    sqlite::Sqlite,
};

/// A pass over a statement: of its text, or of its values.
pub enum SqlWriter<'a, 'b> {
    Sqlite(AstPass<'a, 'b, Sqlite>),
    Postgres(AstPass<'a, 'b, Pg>),
    Either(AstPass<'a, 'b, MultiBackend>),
}

/// Whose SQL it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    Sqlite,
    Postgres,
}

impl<'b> SqlWriter<'_, 'b> {
    pub fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
            Self::Either(pass) => match pass.backend() {
                MultiBackend::Sqlite(_) => Dialect::Sqlite,
                MultiBackend::Postgres(_) => Dialect::Postgres,
            },
        }
    }

    pub fn reborrow(&mut self) -> SqlWriter<'_, 'b> {
        match self {
            Self::Sqlite(pass) => SqlWriter::Sqlite(pass.reborrow()),
            Self::Postgres(pass) => SqlWriter::Postgres(pass.reborrow()),
            Self::Either(pass) => SqlWriter::Either(pass.reborrow()),
        }
    }

    pub fn push_sql(&mut self, sql: &str) {
        match self {
            Self::Sqlite(pass) => pass.push_sql(sql),
            Self::Postgres(pass) => pass.push_sql(sql),
            Self::Either(pass) => pass.push_sql(sql),
        }
    }

    pub fn push_bind_param<T, V>(&mut self, value: &'b V) -> QueryResult<()>
    where
        Sqlite: HasSqlType<T>,
        Pg: HasSqlType<T>,
        MultiBackend: HasSqlType<T>,
        V: ToSql<T, Sqlite> + ToSql<T, Pg> + ToSql<T, MultiBackend>,
    {
        match self {
            Self::Sqlite(pass) => pass.push_bind_param::<T, V>(value),
            Self::Postgres(pass) => pass.push_bind_param::<T, V>(value),
            Self::Either(pass) => pass.push_bind_param::<T, V>(value),
        }
    }
}

/// What is true of every row while there is time, and ends the query when there is none.
const BEFORE_DEADLINE: &str = "before_deadline()";
/// What PostgreSQL, which keeps the time by itself, gets in its place.
const ALWAYS: &str = "1 = 1";

/// Writes a condition that ends the query when the time is over; it holds of every row till then.
pub fn write_before_deadline(out: &mut SqlWriter<'_, '_>) {
    out.push_sql(match out.dialect() {
        Dialect::Sqlite => BEFORE_DEADLINE,
        Dialect::Postgres => ALWAYS,
    });
}

/// Asks the database by its own connection.
macro_rules! native {
    ($connection:ident => $asked:expr) => {
        match $connection {
            $crate::database::AnyConnection::Sqlite($connection) => $asked,
            $crate::database::AnyConnection::Postgres($connection) => $asked,
        }
    };
}

/// Makes a fragment of what has `write_sql`.
macro_rules! fragment {
    ($type:ty) => {
        $crate::database::sql::writer::fragment!($type, diesel::sqlite::Sqlite, Sqlite);
        $crate::database::sql::writer::fragment!($type, diesel::pg::Pg, Postgres);
        $crate::database::sql::writer::fragment!(
            $type,
            $crate::database::connection::any::MultiBackend,
            Either
        );
    };
    ($type:ty, $backend:ty, $of:ident) => {
        impl diesel::query_builder::QueryFragment<$backend> for $type {
            fn walk_ast<'b>(
                &'b self,
                out: diesel::query_builder::AstPass<'_, 'b, $backend>,
            ) -> diesel::QueryResult<()> {
                self.write_sql($crate::database::sql::writer::SqlWriter::$of(out))
            }
        }
    };
}

pub(crate) use fragment;
pub(crate) use native;

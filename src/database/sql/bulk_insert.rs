//! Bulk INSERT of rows whose columns are known only when the program runs: each value is bound as it stands.
//! Revisions, the search index and the records of a package are written by it.

use crate::database::AnyConnection;
use diesel::{
    QueryResult,
    backend::Backend,
    connection::Connection,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::{self, IsNull, Output, ToSql},
    sql_types::{BigInt, HasSqlType, Nullable, Text},
    sqlite::Sqlite,
};
use std::{borrow::Cow, marker::PhantomData};

/// What a column of a table takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    Text,
    Integer,
    /// A date or a moment, given as the text that `SQLite` keeps of it.
    Date,
    Moment,
}

/// A value on its way into a row.
#[derive(Clone, Copy, Debug)]
pub enum SqlValue<'v> {
    Nothing,
    Integer(i64),
    Text(&'v str),
}

/// A table and those of its columns that are written.
pub struct Table {
    name: &'static str,
    columns: Cow<'static, [(&'static str, Type)]>,
}

impl Table {
    pub const fn new(name: &'static str, columns: &'static [(&'static str, Type)]) -> Self {
        Self {
            name,
            columns: Cow::Borrowed(columns),
        }
    }

    /// A table whose columns are known only when the program runs.
    pub fn with_columns(name: &'static str, columns: Vec<(&'static str, Type)>) -> Self {
        Self {
            name,
            columns: Cow::Owned(columns),
        }
    }
}

/// Writes rows of the columns of a table: to `SQLite` one by one, to PostgreSQL all with one statement.
///
/// `T` is a type that stands for the table with these columns, and for no other.
pub fn insert<'v, T: 'static>(
    connection: &mut AnyConnection,
    table: &Table,
    rows: impl Iterator<Item = Vec<SqlValue<'v>>>,
) -> QueryResult<()> {
    match connection {
        AnyConnection::Sqlite(sqlite) => {
            for row in rows {
                let one = One::<T>(
                    Insertion {
                        table,
                        rows: &[row],
                    },
                    PhantomData,
                );
                sqlite.execute_returning_count(&one)?;
            }
        }
        AnyConnection::Postgres(postgres) => {
            let rows: Vec<_> = rows.collect();
            if !rows.is_empty() {
                postgres.execute_returning_count(&Insertion { table, rows: &rows })?;
            }
        }
    }
    Ok(())
}

/// `INSERT INTO … VALUES …`
struct Insertion<'i, 'v> {
    table: &'i Table,
    rows: &'i [Vec<SqlValue<'v>>],
}

/// The same of one row, which is one statement for each table.
struct One<'i, 'v, T>(Insertion<'i, 'v>, PhantomData<T>);

impl Insertion<'_, '_> {
    /// `cast` says what follows the place of a value of a type.
    fn write_sql<'b, B>(
        &'b self,
        cast: fn(Type) -> &'static str,
        mut out: AstPass<'_, 'b, B>,
    ) -> QueryResult<()>
    where
        B: Backend + HasSqlType<Nullable<Text>> + HasSqlType<Nullable<BigInt>>,
        for<'v> SqlValue<'v>: ToSql<Nullable<Text>, B> + ToSql<Nullable<BigInt>, B>,
    {
        let columns = &self.table.columns;
        out.push_sql("INSERT INTO ");
        out.push_sql(self.table.name);
        for (index, (column, _)) in columns.iter().enumerate() {
            out.push_sql(if index == 0 { " (" } else { ", " });
            out.push_sql(column);
        }
        for (index, row) in self.rows.iter().enumerate() {
            debug_assert_eq!(row.len(), columns.len(), "{}", self.table.name);
            out.push_sql(if index == 0 { ") VALUES " } else { "), " });
            for (index, ((_, of), value)) in columns.iter().zip(row).enumerate() {
                out.push_sql(if index == 0 { "(" } else { ", " });
                match of {
                    Type::Integer => out.push_bind_param::<Nullable<BigInt>, _>(value)?,
                    Type::Text | Type::Date | Type::Moment => {
                        out.push_bind_param::<Nullable<Text>, _>(value)?;
                        out.push_sql(cast(*of));
                    }
                }
            }
        }
        out.push_sql(")");
        Ok(())
    }
}

impl<T> QueryFragment<Sqlite> for One<'_, '_, T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        self.0.write_sql(|_| "", out)
    }
}

impl<T: 'static> QueryId for One<'_, '_, T> {
    type QueryId = One<'static, 'static, T>;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Pg> for Insertion<'_, '_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared(); // for each number of rows it is another statement
        let cast = |of| match of {
            Type::Date => "::date",
            Type::Moment => "::timestamp",
            Type::Text | Type::Integer => "",
        };
        self.write_sql(cast, out)
    }
}

impl QueryId for Insertion<'_, '_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

/// Binds a value as the type of its column; nothing is nothing of any type.
macro_rules! bound {
    ($of:ident as $type:ty: $sql:ident) => {
        impl<B: Backend> ToSql<Nullable<$sql>, B> for SqlValue<'_>
        where
            $type: ToSql<$sql, B>,
        {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, B>) -> serialize::Result {
                match self {
                    Self::$of(value) => <$type as ToSql<$sql, B>>::to_sql(value, out),
                    Self::Nothing => Ok(IsNull::Yes),
                    other => Err(format!("{other:?} is for a column of another type").into()),
                }
            }
        }
    };
}

bound!(Text as str: Text);
bound!(Integer as i64: BigInt);

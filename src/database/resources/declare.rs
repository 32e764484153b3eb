//! The macro that declares a resource: from a record's type and its table it makes the store of its rows and the
//! descriptor that the API and packages work from.

use crate::database::model::resource::{Object, Row};
use serde::Serialize;
use serde_json::Value as Json;

/// A row of a known type.
pub struct Typed<R>(pub R);

/// What has an id.
pub trait Identified {
    fn id(&self) -> &str;
}

impl<R: Identified + Serialize + Send + Sync> Row for Typed<R> {
    fn id(&self) -> &str {
        self.0.id()
    }

    fn to_object(&self) -> Object {
        match serde_json::to_value(&self.0) {
            Ok(Json::Object(object)) => object,
            _ => unreachable!("a record is a JSON object"),
        }
    }

    fn to_json(&self) -> String {
        serde_json::to_string(&self.0).expect("a record is JSON")
    }

    fn write_csv(&self, output: &mut csv::Writer<Vec<u8>>) -> csv::Result<()> {
        output.serialize(&self.0)
    }
}

/// Implements the store of a record, and declares its resource.
///
/// `keys` are the columns that only the database has, computed from the record when it is written.
macro_rules! resource {
    (
        $(#[doc = $about:literal])*
        $resource:ident = $record:ident in $table:ident, called $singular:literal, example $example:literal;
        references [$($reference:ident -> $target:ident),* $(,)?];
        relations [$($relation:expr),* $(,)?];
        children [$($child:ident = $child_resource:ident by $child_column:ident),* $(,)?];
        keys [$($key:ident for $sorted:ident by $function:ident),* $(,)?];
        order [$($order:ident),* $(,)?];
        $(indexed [$($indexed:ident),* $(,)?];)?
        $(low_cardinality [$($shared:ident),* $(,)?];)?
        unique [$([$($unique:ident),*]),* $(,)?];
        derived [$($derived:ident),* $(,)?];
        behaviour $behaviour:expr;
    ) => {
        struct Rows;

        impl $crate::database::resources::declare::Identified for $record {
            fn id(&self) -> &str {
                &self.id
            }
        }

        impl $crate::database::model::resource::RecordStore for Rows {
            fn list(
                &self,
                connection: &mut $crate::database::AnyConnection,
                query: &$crate::database::model::resource::Query,
            ) -> diesel::QueryResult<Vec<Box<dyn $crate::database::model::resource::Row>>> {
                use diesel::prelude::*;
                let rows: Vec<$record> = $crate::database::sql::writer::native!(connection => $table::table
                    .filter(&query.condition)
                    .order(&query.order)
                    .limit(query.limit)
                    .offset(query.offset)
                    .select($record::as_select())
                    .load(connection)?);
                Ok(rows.into_iter().map(|row| Box::new($crate::database::resources::declare::Typed(row)) as _).collect())
            }

            fn count(
                &self,
                connection: &mut $crate::database::AnyConnection,
                condition: &$crate::database::sql::filter::Filter,
            ) -> diesel::QueryResult<i64> {
                use diesel::prelude::*;
                $crate::database::sql::writer::native!(connection => $table::table
                    .filter(condition)
                    .count()
                    .get_result(connection))
            }

            fn find(
                &self,
                connection: &mut $crate::database::AnyConnection,
                id: &str,
            ) -> diesel::QueryResult<Option<Box<dyn $crate::database::model::resource::Row>>> {
                use diesel::prelude::*;
                let row = $record::query().find(id).first(connection).optional()?;
                Ok(row.map(|row: $record| Box::new($crate::database::resources::declare::Typed(row)) as _))
            }

            fn find_with_version(
                &self,
                connection: &mut $crate::database::AnyConnection,
                id: &str,
            ) -> diesel::QueryResult<
                Option<($crate::database::connection::dataset_version::Version, Box<dyn $crate::database::model::resource::Row>)>,
            > {
                use diesel::prelude::*;
                use $crate::database::connection::dataset_version::{made_now, number_now};
                let found = $crate::database::sql::writer::native!(connection => $table::table
                    .find(id)
                    .select(($record::as_select(), number_now(), made_now()))
                    .first::<($record, Option<i64>, Option<chrono::NaiveDateTime>)>(connection)
                    .optional()?);
                Ok(found.and_then(|(row, number, made)| {
                    let row = Box::new($crate::database::resources::declare::Typed(row)) as _;
                    Some(((number?, made?), row))
                }))
            }

            fn existing(
                &self,
                connection: &mut $crate::database::AnyConnection,
                ids: &[String],
            ) -> diesel::QueryResult<Vec<String>> {
                use diesel::prelude::*;
                $table::table.filter($table::id.eq_any(ids)).select($table::id).load(connection)
            }

            fn matching(
                &self,
                connection: &mut $crate::database::AnyConnection,
                query: &$crate::database::model::resource::Query,
            ) -> diesel::QueryResult<Vec<String>> {
                use diesel::prelude::*;
                $crate::database::sql::writer::native!(connection => $table::table
                    .filter(&query.condition)
                    .order(&query.order)
                    .limit(query.limit)
                    .offset(query.offset)
                    .select($table::id)
                    .load(connection))
            }

            fn ids(
                &self,
                connection: &mut $crate::database::AnyConnection,
                limit: i64,
            ) -> diesel::QueryResult<Vec<String>> {
                use diesel::prelude::*;
                $table::table.select($table::id).order($table::id).limit(limit).load(connection)
            }

            fn insert(
                &self,
                connection: &mut $crate::database::AnyConnection,
                records: &[$crate::database::model::prepared_record::PreparedRecord],
                at: &str,
            ) -> diesel::QueryResult<()> {
                $crate::database::query::insert_records::insert_records::<$record>(connection, &$resource, records, at)
            }

            fn delete(
                &self,
                connection: &mut $crate::database::AnyConnection,
                id: &str,
            ) -> diesel::QueryResult<()> {
                use diesel::prelude::*;
                diesel::delete($table::table.find(id)).execute(connection)?;
                Ok(())
            }
        }

        $(#[doc = $about])*
        pub static $resource: $crate::database::model::resource::Resource = {
            use $crate::database::model::resource::{Reference, Resource, hyphenated};
            const NAME: &str = stringify!($table);
            const PATH: [u8; NAME.len()] = hyphenated(NAME);
            const REFERENCES: &[Reference] = &[$(Reference {
                column: stringify!($reference),
                resource: stringify!($target),
            }),*];
            const SORT_KEYS: &[$crate::database::model::resource::SortColumn] =
                &[$((stringify!($sorted), stringify!($key), $function)),*];
            const ORDER: &[&str] = &[$(stringify!($order)),*];
            const DERIVED: &[&str] = &[$(stringify!($derived)),*];
            Resource {
                name: NAME,
                path: match str::from_utf8(&PATH) {
                    Ok(path) => path,
                    Err(_) => NAME,
                },
                singular: $singular,
                about: concat!($($about),*).trim_ascii(),
                example: $example,
                references: REFERENCES,
                relations: &[$($relation),*],
                children: &[$($crate::database::model::resource::Child {
                    name: stringify!($child),
                    resource: stringify!($child_resource),
                    column: stringify!($child_column),
                }),*],
                sort_keys: SORT_KEYS,
                order: ORDER,
                indexed: &[$($(stringify!($indexed)),*)?],
                low_cardinality: &[$($(stringify!($shared)),*)?],
                unique: &[$(&[$(stringify!($unique)),*]),*],
                derived: DERIVED,
                behaviour: $behaviour,
                store: &Rows,
                columns: std::sync::LazyLock::new(|| {
                    $crate::database::model::column::columns::<$record>(REFERENCES, SORT_KEYS, ORDER, DERIVED)
                }),
                schema: || {
                    use utoipa::{PartialSchema, ToSchema};
                    let mut parts = Vec::new();
                    <$record as ToSchema>::schemas(&mut parts);
                    $crate::database::model::resource::RecordSchema {
                        name: <$record as ToSchema>::name().into_owned(),
                        schema: <$record as PartialSchema>::schema(),
                        parts,
                    }
                },
            }
        };
    };
}

pub(crate) use resource;

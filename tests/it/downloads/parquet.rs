//! Parquet: typed columns, and facts about itself.

use super::readers::{parquet, version};
use crate::support::seeded;
use arrow_array::{
    Array,
    cast::AsArray,
    types::{Date32Type, Int64Type, TimestampMicrosecondType},
};
use arrow_schema::{DataType, TimeUnit};

#[actix_web::test]
async fn parquet_is_typed_and_says_where_it_comes_from() {
    for register in seeded() {
        let (batch, facts) = parquet(
            register
                .download("/v1/sources.parquet?id=az-decree-1859-2020")
                .await,
        );
        let schema = batch.schema();
        let kind = |name: &str| schema.field_with_name(name).unwrap().data_type().clone();
        assert_eq!(kind("title"), DataType::Utf8);
        assert_eq!(kind("published_on"), DataType::Date32);
        assert_eq!(kind("revision"), DataType::Int64);
        assert_eq!(
            kind("created_at"),
            DataType::Timestamp(TimeUnit::Microsecond, Some("UTC".into()))
        );
        assert!(!schema.field_with_name("title").unwrap().is_nullable());
        assert!(schema.field_with_name("url").unwrap().is_nullable());
        let date = batch
            .column_by_name("published_on")
            .unwrap()
            .as_primitive::<Date32Type>();
        assert_eq!(date.value_as_date(0).unwrap().to_string(), "2020-02-27");
        assert!(batch.column_by_name("url").unwrap().is_null(0));
        let record = &register.json("/v1/sources/az-decree-1859-2020").await["data"];
        let revision = batch
            .column_by_name("revision")
            .unwrap()
            .as_primitive::<Int64Type>();
        assert_eq!(record["revision"], revision.value(0));
        let created = batch
            .column_by_name("created_at")
            .unwrap()
            .as_primitive::<TimestampMicrosecondType>();
        let created = created
            .value_as_datetime(0)
            .unwrap()
            .format("%Y-%m-%dT%H:%M:%SZ");
        assert_eq!(record["created_at"], created.to_string());
        assert_eq!(facts["licence"], "CC-BY-4.0");
        assert_eq!(facts["dataset_version"], version(&register).await);
        assert_eq!(
            facts["request"],
            "http://register.example/v1/sources.parquet?id=az-decree-1859-2020"
        );
        assert!(facts["citation"].contains("Version"));

        let (batch, _) = parquet(
            register
                .download("/v1/activities.parquet?id=az-monitoring-2016-2018-2")
                .await,
        );
        let tasks = batch
            .column_by_name("tasks")
            .unwrap()
            .as_list::<i32>()
            .value(0);
        assert_eq!(
            tasks.as_string::<i32>().value(0),
            "Fəaliyyət çərçivəsində Platforma üçün minimal komplektdə mühüm avadanlıqlar alınıb"
        );
    }
}

//! A small package, to be changed.

use crate::support::Memory;
use aciqplan::package;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;

/// A small package: each file, its columns and its rows.
pub const SMALL: [(&str, &str, &[&str]); 7] = [
    (
        "agencies",
        "id,country,name,short_name,kind,parent_id,successor_id,aliases",
        &[
            "x-a,XX,Ministry,MF,ministry,,,[]",
            "x-b,XX,Committee,,other,x-a,,\"[\"\"B\"\"]\"",
        ],
    ),
    (
        "sources",
        "id,title,kind,publisher_id,language,published_on,period,url,note",
        &["x-s,Plan,plan,x-a,en,2026-01-02,,https://x.example/plan,"],
    ),
    (
        "plans",
        "id,country,kind,title,start_year,end_year,adopted_on,adopted_by,legal_act,introduction,predecessor_id,source_id",
        &["x-p,XX,national_action_plan,Plan,2026,2028,2026-01-02,,,,,x-s"],
    ),
    (
        "measures",
        "id,plan_id,section_id,number,title,indicator,start_year,end_year,position,source_id,locator",
        &[
            "x-p-1,x-p,,1,Publish the budget,,2026,2028,1,x-s,point 1",
            "x-p-2,x-p,,1.2,Publish more,Published,,2028,2,x-s,point 2",
        ],
    ),
    (
        "assignments",
        "id,measure_id,agency_id,role,position,as_written",
        &["x-p-1-a,x-p-1,x-a,executor,1,The Ministry"],
    ),
    (
        "status_entries",
        "id,measure_id,assessor_id,assessor_kind,year,completion,missing_reason,basis,quote,statement,same_as,note,source_id,locator,published_on",
        &[
            "x-p-1-2026,x-p-1,x-a,self_report,2026,complete,,stated,done,It is done.,,,x-s,point 1,2027-01-02",
        ],
    ),
    (
        "withdrawals",
        "id,resource,record_id,reason,successor_id",
        &[],
    ),
];

/// The descriptor of the small package.
pub fn descriptor() -> Json {
    let resource =
        |(name, ..): (&str, &str, &[&str])| json!({"name": name, "path": format!("{name}.csv")});
    json!({
        "name": "x-plan",
        "title": "The plan of Example",
        "description": "What Example promises.",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://creativecommons.org/licenses/by/4.0/"}],
        "languages": ["en"],
        "keywords": ["plan"],
        "contributors": [{"title": "Example", "roles": ["publisher"]}],
        "translations": {"az": {"title": "Plan"}},
        "version": "1.0.0",
        "created": "2026-11-21T00:00:00Z",
        "resources": SMALL.map(resource),
    })
}

pub fn small(descriptor: &Json) -> Memory {
    let mut files = BTreeMap::new();
    files.insert(
        package::DESCRIPTOR.to_owned(),
        descriptor.to_string().into_bytes(),
    );
    for (name, columns, rows) in SMALL {
        let text = [&[columns], rows].concat().join("\n") + "\n";
        files.insert(format!("{name}.csv"), text.into_bytes());
    }
    Memory(files)
}

//! Made-up values of parameters.

use proptest::{prelude::*, sample::select};

/// Values that are right somewhere.
const KNOWN: [&str; 18] = [
    "az-nap-2016-2018",
    "maliyye-nazirliyi",
    "executor",
    "complete",
    "2021",
    "2021-12-31",
    "true",
    "1.0",
    "AZ",
    "büdcə",
    "*",
    "OR",
    "2021-01-01T00:00:00Z",
    "plan,agency",
    "-title,id",
    "assignments.agency",
    "number,title",
    "csv",
];

/// Values that are right nowhere, or only look so.
const ODD: [&str; 22] = [
    "\0",
    "a\0b",
    "2021-02-30",
    "-1",
    "0",
    "9007199254740992",
    "9223372036854775807",
    "99999999999999999999",
    "1e3",
    "az",
    "İ",
    "%",
    "_",
    "\\",
    "\"",
    "'",
    "-",
    "{}",
    "[]",
    "null",
    "+262142-01-01",
    "-001-01-01",
];

/// What may stand where a value is expected.
pub fn any_value() -> impl Strategy<Value = String> {
    let known = || select(KNOWN.to_vec()).prop_map(str::to_owned);
    let odd = || select(ODD.to_vec()).prop_map(str::to_owned);
    let listed = proptest::collection::vec(prop_oneof![known(), odd()], 0..4);
    prop_oneof![
        2 => known(),
        3 => odd(),
        1 => listed.prop_map(|words| words.join(",")),
        2 => ".{0,12}",
        1 => "[0-9]{1,20}",
    ]
}

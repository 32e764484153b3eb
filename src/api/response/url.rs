//! URLs of the service, as clients know it. Whatever writes links asks here.

use crate::{api::state::State, database::model::resource::Resource};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The path of the CSVW metadata of a resource: where CSVW looks for it beside the CSV file.
pub fn metadata_path(resource: &Resource) -> String {
    format!("/v1/{}.csv-metadata.json", resource.path())
}

/// What an id of a record cannot hold, so that an address stays one.
const NOT_IN_IDS: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What to cite for a list, a file, or the register as a whole.
pub fn cite_register(state: &State) -> String {
    address(state, "/v1", &[])
}

/// The address of a path with parameters, as clients know it.
pub fn address(state: &State, path: &str, parameters: &[(String, String)]) -> String {
    let mut address = format!("{}{path}", state.public_url);
    if !parameters.is_empty() {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(parameters);
        address.push('?');
        address.push_str(&query.finish());
    }
    address
}

/// The address of a record: what a citation of it names.
pub fn record_address(state: &State, resource: &Resource, id: &str) -> String {
    let id = utf8_percent_encode(id, NOT_IN_IDS);
    address(state, &format!("/v1/{}/{id}", resource.path()), &[])
}

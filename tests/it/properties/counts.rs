//! Counts of facets and statistics: each is the total of the list with its value as a filter.

use crate::support::{Memory, Register, seeded};
use aciqplan::{api::State, database::RESOURCES, server};
use actix_web::{http::StatusCode, test, web};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// So many values of a dimension are tried: the first and the last ones.
const TRIED: usize = 3;

/// Filters by name, as a query has them.
type Filters = BTreeMap<String, String>;

/// A measure in a section that has subsections, with two bodies in different roles and a review.
fn package() -> Memory {
    let measure = "az-nap-2016-2018-x";
    let assignment =
        |body: &str, role: &str, place: u8| format!("x-{place},{measure},{body},{role},{place},x");
    let rows = [
        assignment("edliyye-nazirliyi", "executor", 1),
        assignment("maliyye-nazirliyi", "recommended", 2),
    ];
    Memory::seeds()
        .and(
            "measures.csv",
            &format!("{measure},az-nap-2016-2018,az-nap-2016-2018-s4,,X,,2016,2018,900,az-nap-2016-2018-text,"),
        )
        .and("assignments.csv", &rows.join("\n"))
        .and(
            "status_entries.csv",
            &format!("x,{measure},edliyye-nazirliyi,independent,2017,limited,,coded,a part,only a part,,,az-nap-2016-2018-text,,"),
        )
}

/// The service of a register, asked many times.
struct Asker<A> {
    ask: A,
    name: &'static str,
    totals: BTreeMap<String, i64>,
}

impl<A: AsyncFn(String) -> (StatusCode, Json)> Asker<A> {
    async fn json(&self, url: String) -> Json {
        let (status, body) = (self.ask)(url.clone()).await;
        assert_eq!(status, StatusCode::OK, "{} {url}: {body}", self.name);
        body
    }

    async fn total(&mut self, path: &str, filters: &Filters) -> i64 {
        let url = format!("{path}?{}&limit=1", query(filters));
        if let Some(total) = self.totals.get(&url) {
            return *total;
        }
        let body = self.json(url.clone()).await;
        let total = body["meta"]["total"].as_i64().unwrap();
        self.totals.insert(url, total);
        total
    }

    /// The names of everything that a list can be counted by, as the refusal of another name tells them.
    async fn dimensions(&self, path: &str) -> Vec<String> {
        let (_, problem) = (self.ask)(format!("{path}?facets=0")).await;
        let reason = problem["errors"][0]["reason"].as_str().unwrap();
        let known = reason.split("there are ").last().unwrap();
        let names = known.split(", ").map(|name| name.trim_matches('`'));
        let names = names.filter(|name| !name.is_empty()); // of withdrawals there is nothing to count by
        names.map(str::to_owned).collect()
    }

    /// The values of each facet beside some filters, and their counts.
    async fn facets(
        &self,
        path: &str,
        names: &[String],
        filters: &Filters,
    ) -> BTreeMap<String, Vec<(Option<String>, i64)>> {
        let url = format!(
            "{path}?{}&facets={}&limit=1",
            query(filters),
            names.join(",")
        );
        let body = self.json(url).await;
        let facet = |facet: &Json| {
            let values = facet["values"].as_array().unwrap();
            let value = |value: &Json| {
                let count = value["count"].as_i64().unwrap();
                (value["value"].as_str().map(str::to_owned), count)
            };
            let name = facet["name"].as_str().unwrap().to_owned();
            (name, values.iter().map(value).collect())
        };
        let facets = body["meta"]["facets"].as_array().unwrap();
        facets.iter().map(facet).collect()
    }
}

fn query(filters: &Filters) -> String {
    let filter = |(name, value): (&String, &String)| format!("{name}={value}");
    filters.iter().map(filter).collect::<Vec<_>>().join("&")
}

/// The first and the last of several things.
fn ends<T>(things: &[T]) -> impl Iterator<Item = &T> {
    let last = things.len().saturating_sub(TRIED);
    let near = move |at: usize| at < TRIED || at >= last;
    things
        .iter()
        .enumerate()
        .filter_map(move |(at, thing)| near(at).then_some(thing))
}

/// The filter by a value of a dimension; `None` where no filter asks for records without one.
fn filter(path: &str, name: &str, value: Option<&str>) -> Option<(String, String)> {
    if let Some(value) = value {
        return Some((name.to_owned(), value.to_owned()));
    }
    let resource = RESOURCES
        .iter()
        .find(|resource| path == format!("/v1/{}", resource.path()))?;
    let columns = [name.to_owned(), format!("{name}_id")];
    let own = |relation: &aciqplan::database::model::resource::Relation| relation.name == name;
    if resource.relations.iter().any(own) {
        return None;
    }
    let column = columns
        .iter()
        .find(|column| resource.column(column).is_some())?;
    Some((format!("{column}[missing]"), "true".to_owned()))
}

/// The filters with one more, in place of those that narrow the same dimension.
fn with(filters: &Filters, name: &str, (key, value): (String, String)) -> Filters {
    let mut filters = filters.clone();
    filters.retain(|key, _| {
        let key = key.split('[').next().unwrap();
        key != name && key != format!("{name}_id")
    });
    filters.insert(key, value);
    filters
}

async fn hold<A: AsyncFn(String) -> (StatusCode, Json)>(asker: &mut Asker<A>, path: &str) -> usize {
    let names = asker.dimensions(path).await;
    if names.is_empty() {
        return 0;
    }
    let all = asker.facets(path, &names, &Filters::new()).await;
    let mut one: Vec<Filters> = vec![Filters::new()];
    for name in &names {
        for (value, _) in ends(&all[name]) {
            let filter = filter(path, name, value.as_deref());
            one.extend(filter.map(|filter| Filters::from([filter])));
        }
    }
    // pairs of filters that may lead the same way
    let pairs: Vec<Filters> = one
        .iter()
        .skip(1)
        .zip(one.iter().skip(2 * TRIED))
        .map(|(a, b)| {
            a.iter()
                .chain(b)
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        })
        .collect();
    let mut tried = 0;
    for filters in one.iter().chain(&pairs) {
        let facets = asker.facets(path, &names, filters).await;
        for (name, values) in &facets {
            for (value, count) in ends(values) {
                let Some(filter) = filter(path, name, value.as_deref()) else {
                    continue;
                };
                let narrowed = with(filters, name, filter);
                let total = asker.total(path, &narrowed).await;
                assert_eq!(
                    *count,
                    total,
                    "{} {path}?{} by {name}: {value:?}",
                    asker.name,
                    query(filters)
                );
                tried += 1;
            }
            // what no facet tells is in no list; of sections only those are told that records are in themselves
            if name == "section" {
                continue;
            }
            let told: BTreeSet<_> = values.iter().map(|(value, _)| value).collect();
            for (value, _) in ends(&all[name]).filter(|(value, _)| !told.contains(value)) {
                let Some(filter) = filter(path, name, value.as_deref()) else {
                    continue;
                };
                let narrowed = with(filters, name, filter);
                let total = asker.total(path, &narrowed).await;
                assert_eq!(
                    total,
                    0,
                    "{} {path}?{} by {name}: {value:?}",
                    asker.name,
                    query(filters)
                );
                tried += 1;
            }
        }
    }
    tried + groups_hold(asker, path, &names, &one).await
}

/// The same of groups of two dimensions, beside no filter and beside one.
async fn groups_hold<A: AsyncFn(String) -> (StatusCode, Json)>(
    asker: &mut Asker<A>,
    path: &str,
    names: &[String],
    filters: &[Filters],
) -> usize {
    let mut tried = 0;
    for (at, first) in names.iter().enumerate() {
        for second in &names[at + 1..] {
            let beside = &filters[(at + tried) % filters.len()];
            for filters in [&Filters::new(), beside] {
                let url = format!("{path}/stats?{}&group_by={first},{second}", query(filters));
                let groups = asker.json(url.clone()).await["data"].clone();
                for group in ends(groups.as_array().unwrap()) {
                    let mut narrowed = filters.clone();
                    let mut is_asked = true;
                    for name in [first, second] {
                        let value = group["group"][name].as_str();
                        match filter(path, name, value) {
                            Some(filter) => narrowed = with(&narrowed, name, filter),
                            None => is_asked = false,
                        }
                    }
                    if is_asked {
                        let total = asker.total(path, &narrowed).await;
                        assert_eq!(group["count"], total, "{} {url}: {group}", asker.name);
                        tried += 1;
                    }
                }
            }
        }
    }
    tried
}

async fn check(register: &Register) {
    let state = State::new(register.database.clone(), crate::support::PUBLIC_URL, None);
    let app =
        test::init_service(server::app(web::Data::new(state)).app_data(register.front.clone()))
            .await;
    let ask = async |url: String| {
        let url = url
            .replace("?&", "?")
            .replace('[', "%5B")
            .replace(']', "%5D");
        let request = test::TestRequest::with_uri(&url).to_request();
        let response = test::call_service(&app, request).await;
        let status = response.status();
        let body = test::read_body(response).await;
        (status, serde_json::from_slice(&body).unwrap_or_default())
    };
    let mut asker = Asker {
        ask,
        name: register.name,
        totals: BTreeMap::new(),
    };
    let mut tried = 0;
    for resource in RESOURCES {
        tried += hold(&mut asker, &format!("/v1/{}", resource.path())).await;
    }
    println!("{}: {tried} counts", register.name);
    assert!(tried > 1000, "{tried} counts were tried");
}

#[actix_web::test]
async fn every_count_is_the_total_of_the_list_filtered_by_it() {
    for register in seeded() {
        register.load(&package()).unwrap();
        check(&register).await;
    }
}

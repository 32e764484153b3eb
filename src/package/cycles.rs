//! Records that lead to each other and back, such as a section in itself: a cycle search in the graph of what
//! refers to its own kind. `check` asks once all records are known.

use crate::{
    database::{
        AnyConnection,
        model::{record::Record, resource::Resource},
        query::by_keys::by_keys,
    },
    package::{
        PackageSource, Problem, Problems,
        key_hashes::{Ids, Key, key},
        rows::Row,
        table::Table,
    },
};

use diesel::QueryResult;
use std::collections::{BTreeSet, HashMap, HashSet};

/// How many ids a message names.
const NAMED: usize = 10;

/// What leads from one record to another.
type Edge = (Key, Key);

/// The columns of a resource that lead to records of the kind that it starts from.
struct Way {
    from: &'static str,
    to: &'static str,
}

fn ways(resource: &Resource) -> Vec<Way> {
    if resource.name == "measure_links" {
        return vec![Way {
            from: "later_id",
            to: "earlier_id",
        }];
    }
    let own = resource.references.iter();
    let own = own.filter(|reference| reference.resource == resource.name);
    own.map(|reference| Way {
        from: "id",
        to: reference.column,
    })
    .collect()
}

/// What leads from where to where, in one file.
pub struct Circles {
    ways: Vec<(Way, Graph)>,
}

#[derive(Default)]
struct Graph {
    edges: Vec<Edge>,
    /// Where to go on in the register, where there is one.
    open: BTreeSet<String>,
}

impl Circles {
    pub fn of(resource: &Resource) -> Self {
        let ways = ways(resource).into_iter();
        Self {
            ways: ways.map(|way| (way, Graph::default())).collect(),
        }
    }

    pub fn add(&mut self, row: &Row, ids: &Ids) {
        for (way, graph) in &mut self.ways {
            if let (Some(from), Some(to)) = (row.text(way.from), row.text(way.to))
                && from != to
            {
                graph.edges.push((key(from), key(to)));
                if way.from != "id" || !ids.contain(row.draft.resource.name, to) {
                    graph.open.insert(to.to_owned());
                }
            }
        }
    }

    /// Tells the circles of a file.
    pub fn finish(
        self,
        table: &Table,
        files: &dyn PackageSource,
        ids: &Ids,
        mut connection: Option<&mut AnyConnection>,
        problems: &mut Problems,
    ) -> QueryResult<()> {
        for (way, mut graph) in self.ways {
            let mut names = HashMap::new();
            if let Some(connection) = connection.as_deref_mut() {
                graph.follow(table.resource, &way, ids, connection, &mut names)?;
            }
            let circles = circles(graph.edges);
            if !circles.is_empty() {
                tell(&circles, &way, table, files, names, problems);
            }
        }
        Ok(())
    }
}

impl Graph {
    /// Goes on in the register from what the package leads to; records of the package are not as they stand
    /// there.
    fn follow(
        &mut self,
        resource: &'static Resource,
        way: &Way,
        ids: &Ids,
        connection: &mut AnyConnection,
        names: &mut HashMap<Key, String>,
    ) -> QueryResult<()> {
        let mut seen = HashSet::new();
        let mut open: Vec<String> = std::mem::take(&mut self.open).into_iter().collect();
        while !open.is_empty() {
            let mut next = Vec::new();
            let from = open.iter().map(String::as_str);
            by_keys(connection, resource, way.from, from, |row| {
                let (from, to) = (row.text(way.from), row.text(way.to));
                if to.is_empty() || ids.contain(resource.name, row.text("id")) {
                    return;
                }
                self.edges.push((key(from), key(to)));
                for id in [from, to] {
                    names.insert(key(id), id.to_owned());
                }
                if seen.insert(key(to)) {
                    next.push(to.to_owned());
                }
            })?;
            open = next;
        }
        Ok(())
    }
}

/// The circles of a graph, found by depth-first search: each as the records on its way.
fn circles(mut edges: Vec<Edge>) -> Vec<Vec<Key>> {
    edges.sort_unstable();
    edges.dedup();
    let next = |from: Key| {
        let start = edges.partition_point(|(other, _)| *other < from);
        edges[start..].iter().take_while(move |edge| edge.0 == from)
    };
    let (mut done, mut circles) = (HashSet::new(), Vec::new());
    for (start, _) in &edges {
        if done.contains(start) {
            continue;
        }
        let mut path = vec![(*start, next(*start))];
        let mut on_path = HashSet::from([*start]);
        while let Some((here, rest)) = path.last_mut() {
            let Some((_, to)) = rest.next() else {
                on_path.remove(here);
                done.insert(*here);
                path.pop();
                continue;
            };
            if on_path.contains(to) {
                let keys = path.iter().map(|(key, _)| *key);
                circles.push(keys.skip_while(|key| key != to).collect());
            } else if !done.contains(to) {
                on_path.insert(*to);
                path.push((*to, next(*to)));
            }
        }
    }
    circles
}

/// Tells each circle in the first of its rows; the file is read again for the names of its records.
fn tell(
    circles: &[Vec<Key>],
    way: &Way,
    table: &Table,
    files: &dyn PackageSource,
    mut names: HashMap<Key, String>,
    problems: &mut Problems,
) {
    let wanted: HashSet<Key> = circles.iter().flatten().copied().collect();
    let mut rows: HashMap<Edge, usize> = HashMap::new();
    for row in table.rows(files).into_iter().flatten() {
        if let (Some(from), Some(to)) = (row.text(way.from), row.text(way.to)) {
            let edge = (key(from), key(to));
            if wanted.contains(&edge.0) && wanted.contains(&edge.1) {
                rows.entry(edge).or_insert(row.number);
                for id in [from, to] {
                    names.entry(key(id)).or_insert_with(|| id.to_owned());
                }
            }
        }
    }
    for circle in circles {
        let following = circle.iter().copied().cycle().skip(1);
        let edges: Vec<Edge> = circle.iter().copied().zip(following).collect();
        let places = edges.iter().enumerate();
        let places = places.filter_map(|(place, edge)| Some((*rows.get(edge)?, place)));
        let Some((row, first)) = places.min() else {
            continue; // the register's own
        };
        let name = |key: Key| names.get(&key).map(String::as_str).unwrap_or_default();
        let inside = (0..circle.len()).map(|place| name(circle[(first + place) % circle.len()]));
        let mut told: Vec<String> = inside.take(NAMED).map(|id| format!("`{id}`")).collect();
        if circle.len() > NAMED {
            told.push(format!("{} more", circle.len() - NAMED));
        }
        told.push(format!("`{}`", name(circle[first])));
        let reason = format!("leads in a circle: {}", told.join(" → "));
        let value = name(edges[first].1);
        problems.push(Problem::in_cell(&table.file, row, way.to, value, reason));
    }
}

#[cfg(test)]
mod tests {
    use crate::package::cycles::circles;

    #[test]
    fn circles_of_any_length_are_found_and_nothing_else() {
        assert!(circles(vec![(1, 2), (1, 3), (2, 4), (3, 4)]).is_empty());
        assert_eq!(circles(vec![(7, 1), (1, 2), (2, 1)]), [[1, 2]]);
        let long: Vec<_> = (0..100_000).map(|n| (n, (n + 1) % 100_000)).collect();
        assert_eq!(circles(long)[0].len(), 100_000);
    }
}

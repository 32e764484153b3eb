//! The query compiler: a parsed query into the languages of the engines, FTS5's MATCH and PostgreSQL's tsquery.

use crate::database::{
    resources::searched,
    search::query::{Query, Term},
    sql::match_query::MatchQuery,
};

impl Query {
    /// The query of the records of some resources, as either engine reads it.
    pub fn match_query(&self, resources: &[&str]) -> MatchQuery {
        MatchQuery::new(self.fts5(resources), self.tsquery(resources))
    }

    /// The query in the language of FTS5.
    pub fn fts5(&self, resources: &[&str]) -> String {
        let quoted = |word: &str| format!("\"{}\"", word.replace('"', ""));
        let term = |term: &Term| match term {
            Term::Word { stem, .. } => format!("stems : {}", quoted(stem)),
            Term::Prefix(start) => format!("(stems : {0} * OR words : {0} *)", quoted(start)),
            Term::Phrase(stems) => format!("stems : {}", quoted(&stems.join(" "))),
        };
        let any = |terms: &[Term]| terms.iter().map(term).collect::<Vec<_>>().join(" OR ");
        let mut parts = Vec::new();
        if self.is_narrowed_to(resources) {
            let names: Vec<String> = resources.iter().map(|name| quoted(name)).collect();
            parts.push(format!("resource : ({})", names.join(" OR ")));
        }
        let clauses = self.clauses.iter();
        parts.extend(clauses.map(|clause| format!("({})", any(&clause.terms))));
        let mut query = parts.join(" AND ");
        if !self.without.is_empty() {
            query = format!("({query}) NOT ({})", any(&self.without));
        }
        query
    }

    /// The query in the language of tsquery.
    pub fn tsquery(&self, resources: &[&str]) -> String {
        let quoted = |word: &str| format!("'{}'", word.replace(['\'', '\\'], ""));
        let term = |term: &Term| match term {
            Term::Word { stem, .. } => quoted(stem),
            Term::Prefix(start) => {
                format!("({}:* | {}:*)", quoted(start), quoted(&format!("={start}")))
            }
            Term::Phrase(stems) => {
                let stems: Vec<String> = stems.iter().map(|stem| quoted(stem)).collect();
                format!("({})", stems.join(" <-> "))
            }
        };
        let any = |terms: &[Term]| terms.iter().map(term).collect::<Vec<_>>().join(" | ");
        let mut parts = Vec::new();
        if self.is_narrowed_to(resources) {
            let names = resources.iter().map(|name| quoted(&format!("#{name}")));
            parts.push(format!("({})", names.collect::<Vec<_>>().join(" | ")));
        }
        let clauses = self.clauses.iter();
        parts.extend(clauses.map(|clause| format!("({})", any(&clause.terms))));
        let unwanted = self.without.iter();
        parts.extend(unwanted.map(|unwanted| format!("!({})", term(unwanted))));
        parts.join(" & ")
    }

    /// Whether the engines are told the resources: where all are searched, the words say enough.
    fn is_narrowed_to(&self, resources: &[&str]) -> bool {
        resources.len() < searched().count() || self.clauses.is_empty()
    }
}

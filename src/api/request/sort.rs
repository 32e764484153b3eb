//! The order that a list is asked for in, and where in it a page begins.

use crate::{
    api::{
        error::{Code, Wrong, WrongParameter},
        request::{
            cursor::{self, Cursor, order_name},
            list_request::ListRequest,
            parser::Parser,
        },
    },
    database::model::{
        resource::Column,
        validation::{listed, nearest_hint},
    },
};

fn other_order() -> Wrong {
    let reason = "belongs to another list, another `sort` or another `q`; start again without it";
    Wrong::new(Code::Contradiction, reason)
}

impl Parser {
    pub(crate) fn sort(&mut self, value: &str) -> Result<(), Wrong> {
        let sortable: Vec<&str> = self
            .resource
            .columns
            .iter()
            .filter(|column| column.sort_column.is_some())
            .map(|column| column.name)
            .collect();
        for part in value.split(',') {
            let (name, descending) = match part.strip_prefix('-') {
                Some(name) => (name, true),
                None => (part, false),
            };
            let column = self
                .resource
                .column(name)
                .filter(|column| column.sort_column.is_some());
            let Some(column) = column else {
                let hint = nearest_hint(name, &sortable);
                let known = listed(&sortable);
                let reason = format!("cannot sort by `{name}`{hint}; there are {known}");
                let sign = if descending { "-" } else { "" };
                let meant = hint.meant.map(|meant| format!("{sign}{meant}"));
                let wrong = Wrong::new(Code::UnknownValue, reason);
                return Err(wrong.of(part).suggesting(meant));
            };
            self.order_by(column, descending);
        }
        Ok(())
    }

    fn order_by(&mut self, column: &'static Column, descending: bool) {
        if self
            .request
            .order_columns
            .iter()
            .any(|other| other.name == column.name)
        {
            return;
        }
        self.request.order_columns.push(column);
        self.request.order.keys.extend(
            self.resource
                .sort_keys(&[(column.name, descending)])
                .into_iter()
                .take(1),
        );
    }

    pub(crate) fn finish(mut self) -> (ListRequest, Vec<WrongParameter>) {
        let is_sorted = !self.request.order_columns.is_empty();
        // What `sort` leaves open follows the document; the id decides at last.
        for name in self.resource.order.iter().chain(&["id"]) {
            if let Some(column) = self.resource.column(name) {
                self.order_by(column, false);
            }
        }
        let keys = &self.request.order.keys;
        let columns = self.request.order_columns.iter().zip(keys);
        let columns: Vec<_> = columns
            .map(|(column, key)| (column.name, key.descending))
            .collect();
        self.request.order_name = order_name(self.resource, &columns);
        self.request.condition = self.request.matching.clone();
        if self.request.cursor.is_some() && self.request.page.is_some() {
            let reason = "goes without `cursor`; give one of them";
            self.refuse("page", Wrong::new(Code::Contradiction, reason));
        }
        let cursor = self.request.cursor.as_ref();
        let in_document_order =
            cursor.is_some_and(|cursor| cursor.order == self.request.order_name);
        if self.request.search.is_some() && !is_sorted && !in_document_order {
            self.request.by_relevance = true;
            let is_other = |cursor: &Cursor| {
                cursor.order != self.request.relevance_name || !cursor::is_by_relevance(cursor)
            };
            if cursor.is_some_and(is_other) {
                self.refuse("cursor", other_order());
            }
        } else {
            self.apply_cursor();
        }
        (self.request, self.wrong)
    }

    fn apply_cursor(&mut self) {
        let request = &mut self.request;
        let Some(cursor) = &request.cursor else {
            return;
        };
        let bounds = (cursor.order == request.order_name)
            .then(|| cursor.bounds(self.resource, &request.order_columns, &request.order.keys))
            .flatten();
        match bounds {
            Some(bounds) => {
                let backwards = cursor.backwards;
                request
                    .condition
                    .add_seek(&request.order.keys, bounds, backwards);
                request.order.backwards = backwards;
            }
            None => self.refuse("cursor", other_order()),
        }
    }
}

//! How the databases find the rows of a page: without sorting or reading a whole table.

mod changes;
mod every_filter;
mod explained;
mod filters;
mod order;
mod pages;
mod texts;
mod ways;

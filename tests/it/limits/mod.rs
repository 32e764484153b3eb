//! What clients may take, and how they are told that it is too much.

mod bounds;
mod embedded;
mod rates;

//! Writes: one path for all of them, revisions of everything, and what is refused.

mod first_load;
mod numbering;
mod revisions;
mod rules;
mod withdrawals;

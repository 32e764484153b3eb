//! The database behind a service: many connections at once, servers set otherwise, roles, and what `/readyz` notices.

mod connections;
mod readiness;
mod roles;
mod servers;

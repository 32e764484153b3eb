//! What each client has spent, in a table that never grows: where a client finds no place, it takes that of
//! the one who has spent least.

use crate::database::Group;
use governor::{nanos::Nanos, state::StateStore};
use std::{
    convert::Infallible,
    hash::{BuildHasher, RandomState},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

/// Rows of the table, each under a lock of its own.
const ROWS: usize = 4096;
/// Clients of a row.
const PLACES: usize = 16;

/// An IPv4 address, or the /64 of an IPv6 address: what one customer of a provider has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Client(u64);

impl From<IpAddr> for Client {
    fn from(address: IpAddr) -> Self {
        match address.to_canonical() {
            // No IPv6 network begins with 32 bits that are zero, so the two kinds stay apart.
            IpAddr::V4(address) => Self(address.to_bits().into()),
            IpAddr::V6(address) => Self((address.to_bits() >> 64) as u64),
        }
    }
}

/// Until when the limiter has counted on with a client.
type Place = Option<(Client, Nanos)>;
type Row = [Place; PLACES];

impl Client {
    /// Who shares permits with it, a part of them all.
    pub fn group(self, part: u32) -> Group {
        Group { key: self.0, part }
    }

    /// The /48 of an IPv6 address: what a provider gives a customer at most.
    pub fn site(address: IpAddr) -> Option<Self> {
        match address.to_canonical() {
            IpAddr::V4(_) => None,
            IpAddr::V6(address) => Some(Self((address.to_bits() >> 80) as u64)),
        }
    }
}

/// The table, shared by all threads.
#[derive(Clone)]
pub struct Clients {
    rows: Arc<[Mutex<Row>]>,
    hashes: RandomState,
}

impl Default for Clients {
    fn default() -> Self {
        let rows = std::iter::repeat_with(|| Mutex::new([None; PLACES]));
        Self {
            rows: rows.take(ROWS).collect(),
            hashes: RandomState::new(),
        }
    }
}

impl Clients {
    fn row(&self, client: Client) -> MutexGuard<'_, Row> {
        let hash = self.hashes.hash_one(client) % ROWS as u64;
        let row = &self.rows[usize::try_from(hash).unwrap_or_default()];
        row.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts on with a client by so much time, until no later than `most`.
    pub fn owe(&self, client: Client, now: Duration, time: Duration, most: Duration) {
        let now = Nanos::from(now);
        let _ = self.measure_and_replace(&client, |until| {
            let until = until.map_or(now, |until| until.max(now)) + Nanos::from(time);
            Ok::<_, Infallible>(((), until.min(Nanos::from(most))))
        });
    }
}

impl StateStore for Clients {
    type Key = Client;

    fn measure_and_replace<T, F, E>(&self, client: &Client, measure: F) -> Result<T, E>
    where
        F: Fn(Option<Nanos>) -> Result<(T, Nanos), E>,
    {
        let mut row = self.row(*client);
        let is_known = |place: &&mut Place| place.is_some_and(|(known, _)| known == *client);
        if let Some(Some((_, until))) = row.iter_mut().find(is_known) {
            let (outcome, next) = measure(Some(*until))?;
            *until = next;
            return Ok(outcome);
        }
        let (outcome, next) = measure(None)?;
        let until = |place: &&mut Place| place.map(|(_, until)| until.as_u64());
        if let Some(place) = row.iter_mut().min_by_key(until) {
            *place = Some((*client, next));
        }
        Ok(outcome)
    }
}

#[cfg(test)]
mod tests {
    use crate::server::rate_limit::clients::{Client, Clients, PLACES, ROWS};
    use governor::{nanos::Nanos, state::StateStore};
    use std::net::IpAddr;

    fn client(address: &str) -> Client {
        let address: IpAddr = address.parse().expect("an address");
        Client::from(address)
    }

    fn spend(clients: &Clients, client: Client, until: u64) -> Option<u64> {
        let spent = clients.measure_and_replace(&client, |before| {
            Ok::<_, ()>((before.map(Nanos::as_u64), Nanos::new(until)))
        });
        spent.expect("nothing is refused")
    }

    #[test]
    fn a_network_of_ipv6_is_one_client() {
        assert_eq!(client("2001:db8:1:2::1"), client("2001:db8:1:2:ffff::9"));
        assert_ne!(client("2001:db8:1:2::1"), client("2001:db8:1:3::1"));
        assert_eq!(client("::ffff:192.0.2.1"), client("192.0.2.1"));
        assert_ne!(client("192.0.2.1"), client("192.0.2.2"));
    }

    #[test]
    fn the_table_forgets_who_has_spent_least_and_does_not_grow() {
        let clients = Clients::default();
        let eager = client("192.0.2.1");
        assert_eq!(spend(&clients, eager, u64::MAX), None);
        for address in 0..4 * ROWS * PLACES {
            spend(&clients, Client(1 << 40 | address as u64), 1);
        }
        assert_eq!(spend(&clients, eager, 0), Some(u64::MAX));
        let known = clients.rows.iter();
        let known = known.map(|row| row.lock().expect("a row").iter().flatten().count());
        assert!(known.sum::<usize>() <= ROWS * PLACES);
    }
}

//! Singleflight: what several ask for at once is made once, for all who wait at that time, whatever becomes of it.
//!
//! The first who asks leads. Where it leaves, what it makes goes on as long as others wait, and ends with the last.

use std::{
    collections::HashMap,
    hash::Hash,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
    thread,
};
use tokio::sync::watch;

/// What is being made, by what was asked for.
pub struct Singleflight<K, V>(Arc<Mutex<Flights<K, V>>>);

type Flights<K, V> = HashMap<K, Flight<V>>;
/// Where those wait who follow.
type Flight<V> = Arc<watch::Sender<Option<V>>>;

/// What becomes of who asks.
pub enum Joined<K: Eq + Hash, V> {
    /// Nobody makes it yet: it leads.
    Leader(Lead<K, V>),
    /// It waited for what another made.
    Follower(V),
}

impl<K, V> Default for Singleflight<K, V> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<K: Clone + Eq + Hash, V: Clone> Singleflight<K, V> {
    /// Waits for what others make already, or leads.
    pub async fn join(&self, key: &K) -> Joined<K, V> {
        loop {
            let mut waiting = {
                let mut flights = lock(&self.0);
                match flights.get(key) {
                    Some(flight) => flight.subscribe(),
                    None => {
                        let flight = Flight::new(watch::Sender::new(None));
                        flights.insert(key.clone(), flight.clone());
                        let (key, flights) = (key.clone(), self.0.clone());
                        return Joined::Leader(Lead {
                            key,
                            flight,
                            flights,
                        });
                    }
                }
            };
            let outcome = waiting.wait_for(Option::is_some).await;
            if let Some(outcome) = outcome.ok().and_then(|outcome| outcome.clone()) {
                return Joined::Follower(outcome);
            }
            // Who led came to no end: another leads.
        }
    }
}

fn lock<K, V>(flights: &Mutex<Flights<K, V>>) -> MutexGuard<'_, Flights<K, V>> {
    flights.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Who makes what others wait for.
pub struct Lead<K: Eq + Hash, V> {
    key: K,
    flight: Flight<V>,
    flights: Arc<Mutex<Flights<K, V>>>,
}

impl<K: Eq + Hash, V: 'static> Lead<K, V> {
    /// Makes it.
    pub fn fly<F: Future + 'static>(self, make: impl FnOnce(Self) -> F) -> Making<F, V> {
        Making {
            flight: self.flight.clone(),
            future: Some(Box::pin(make(self))),
        }
    }

    /// Gives all who wait what became of it. Who asks from now on has it made again.
    pub fn land(self, outcome: V) {
        self.flight.send_replace(Some(outcome));
    }
}

impl<K: Eq + Hash, V> Drop for Lead<K, V> {
    fn drop(&mut self) {
        lock(&self.flights).remove(&self.key);
    }
}

/// What is being made, by the leader or, where it has left, by nobody.
pub struct Making<F: Future + 'static, V: 'static> {
    future: Option<Pin<Box<F>>>,
    flight: Flight<V>,
}

impl<F: Future + 'static, V: 'static> Future for Making<F, V> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Some(future) = &mut self.future else {
            return Poll::Pending; // it was polled to its end
        };
        let outcome = future.as_mut().poll(context);
        if outcome.is_ready() {
            self.future = None;
        }
        outcome
    }
}

impl<F: Future + 'static, V: 'static> Drop for Making<F, V> {
    fn drop(&mut self) {
        let is_awaited = self.flight.receiver_count() > 0 && !thread::panicking();
        if let Some(future) = self.future.take().filter(|_| is_awaited) {
            actix_web::rt::spawn(go_on(future, self.flight.clone()));
        }
    }
}

/// Goes on as long as somebody waits.
async fn go_on<F: Future, V>(mut future: Pin<Box<F>>, flight: Flight<V>) {
    let mut left = pin!(flight.closed());
    std::future::poll_fn(|context| {
        let is_over = future.as_mut().poll(context).is_ready();
        if is_over || left.as_mut().poll(context).is_ready() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    })
    .await;
}

#[cfg(test)]
mod tests {
    use super::{Joined, Singleflight};
    use actix_web::rt::{spawn, task::yield_now};
    use std::{cell::Cell, rc::Rc, sync::Arc};
    use tokio::sync::oneshot;

    /// Says when it is dropped.
    struct Left(Rc<Cell<bool>>);

    impl Drop for Left {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }

    #[actix_web::test]
    async fn a_failure_is_everybodys_who_waited_and_made_again_for_who_asks_later() {
        let flights = Arc::new(Singleflight::<&str, Result<u8, String>>::default());
        let Joined::Leader(lead) = flights.join(&"key").await else {
            panic!("nobody leads");
        };
        let followers: Vec<_> = (0..3)
            .map(|_| {
                let flights = flights.clone();
                spawn(async move { flights.join(&"key").await })
            })
            .collect();
        yield_now().await;
        lead.land(Err("it failed".to_owned()));
        for follower in followers {
            let joined = follower.await.expect("it comes to an end");
            assert!(matches!(joined, Joined::Follower(Err(why)) if why == "it failed"));
        }
        assert!(matches!(flights.join(&"key").await, Joined::Leader(_)));
    }

    #[actix_web::test]
    async fn what_nobody_waits_for_is_not_gone_on_with() {
        let flights = Singleflight::<&str, u8>::default();
        let Joined::Leader(lead) = flights.join(&"key").await else {
            panic!("nobody leads");
        };
        let has_left = Rc::new(Cell::new(false));
        let left = Left(has_left.clone());
        let making = lead.fly(|lead| async move {
            let _left = left;
            std::future::pending::<()>().await;
            lead.land(1);
        });
        drop(making);
        assert!(has_left.get());
        assert!(matches!(flights.join(&"key").await, Joined::Leader(_)));
    }

    #[actix_web::test]
    async fn where_the_leader_leaves_the_others_get_what_it_began_and_the_last_ends_it() {
        for stays in [true, false] {
            let flights = Arc::new(Singleflight::<&str, u8>::default());
            let Joined::Leader(lead) = flights.join(&"key").await else {
                panic!("nobody leads");
            };
            let has_left = Rc::new(Cell::new(false));
            let left = Left(has_left.clone());
            let (go, going) = oneshot::channel::<()>();
            let making = lead.fly(|lead| async move {
                let _left = left;
                let _ = going.await;
                lead.land(1);
            });
            let follower = spawn({
                let flights = flights.clone();
                async move { flights.join(&"key").await }
            });
            yield_now().await;
            drop(making);
            yield_now().await;
            assert!(!has_left.get());
            if stays {
                go.send(()).expect("it is gone on with");
                let joined = follower.await.expect("it comes to an end");
                assert!(matches!(joined, Joined::Follower(1)));
            } else {
                follower.abort();
                for _ in 0..10 {
                    yield_now().await;
                }
                assert!(has_left.get());
            }
        }
    }
}

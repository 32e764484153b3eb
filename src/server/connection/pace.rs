//! A minimum rate for those who read answers: the writing half of a connection counts the time that it waits for its
//! client, and gives up where that is too long for the bytes that were taken meanwhile.
//!
//! A client that reads slowly takes them in lumps, as systems hold much back, so what counts is a span and no single
//! pause. The time in which the service itself is slow counts for nobody.

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// Who has taken so many bytes may take its time for the next.
const ENOUGH: usize = 64 << 10;

/// How a client takes what is written.
pub struct Pace {
    /// For how long it may be waited for.
    patience: Duration,
    waited: Duration,
    taken: usize,
    /// Since when it is waited for, and until when at most.
    waiting: Option<(Instant, Pin<Box<Sleep>>)>,
}

impl Pace {
    pub fn new(patience: Duration) -> Self {
        Self {
            patience,
            waited: Duration::ZERO,
            taken: 0,
            waiting: None,
        }
    }

    /// Looks at what came of a write: an error where the client is too slow.
    pub fn judge(
        &mut self,
        written: Poll<io::Result<usize>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(bytes)) => {
                self.take(bytes);
                written
            }
            Poll::Ready(Err(_)) => written,
            Poll::Pending => self.wait(context),
        }
    }

    fn take(&mut self, bytes: usize) {
        self.taken += bytes;
        let since = self.waiting.take().map(|(since, _)| since);
        if self.taken >= ENOUGH {
            (self.taken, self.waited) = (0, Duration::ZERO);
        } else if let Some(since) = since {
            self.waited += since.elapsed();
        }
    }

    fn wait(&mut self, context: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let (patience, waited) = (self.patience, self.waited);
        let (_, end) = self.waiting.get_or_insert_with(|| {
            let now = Instant::now();
            (
                now,
                Box::pin(sleep_until(now + patience.saturating_sub(waited))),
            )
        });
        end.as_mut().poll(context).map(|()| {
            let told = "the client takes too little of its answer";
            Err(io::Error::new(io::ErrorKind::TimedOut, told))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{ENOUGH, Pace};
    use actix_web::rt::time::sleep;
    use std::{
        future::poll_fn,
        io,
        task::{Context, Poll, Waker},
        time::Duration,
    };

    const PATIENCE: Duration = Duration::from_millis(400);

    async fn wait(pace: &mut Pace, time: Duration) -> bool {
        let stalled = poll_fn(|context| pace.judge(Poll::Pending, context));
        actix_web::rt::time::timeout(time, stalled).await.is_ok()
    }

    fn take(pace: &mut Pace, bytes: usize) {
        let mut context = Context::from_waker(Waker::noop());
        let taken = pace.judge(Poll::Ready(io::Result::Ok(bytes)), &mut context);
        assert!(matches!(taken, Poll::Ready(Ok(same)) if same == bytes));
    }

    #[actix_web::test]
    async fn who_takes_enough_in_each_span_is_waited_for() {
        let mut pace = Pace::new(PATIENCE);
        for _ in 0..5 {
            assert!(!wait(&mut pace, PATIENCE / 2).await);
            take(&mut pace, ENOUGH);
        }
    }

    #[actix_web::test]
    async fn who_takes_a_byte_now_and_then_is_not_waited_for() {
        let mut pace = Pace::new(PATIENCE);
        assert!(!wait(&mut pace, PATIENCE / 2).await);
        take(&mut pace, 1);
        assert!(wait(&mut pace, PATIENCE * 5).await);
    }

    #[actix_web::test]
    async fn time_in_which_nothing_is_to_be_taken_does_not_count() {
        let mut pace = Pace::new(PATIENCE);
        take(&mut pace, 1);
        sleep(PATIENCE * 2).await;
        assert!(!wait(&mut pace, PATIENCE / 2).await);
    }
}

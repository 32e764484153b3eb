//! What is logged once a second at most, however often it happens: a crowd must not fill the log too.

use log::Level;
use std::{
    fmt::Display,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

const PAUSE: Duration = Duration::from_secs(1);

/// One kind of thing that happens.
pub struct ThrottledLog {
    level: Level,
    since: Mutex<Since>,
}

/// When it was logged last, and how often it happened since.
struct Since {
    logged: Option<Instant>,
    times: u64,
}

impl ThrottledLog {
    pub const fn new(level: Level) -> Self {
        Self {
            level,
            since: Mutex::new(Since {
                logged: None,
                times: 0,
            }),
        }
    }

    /// Logs that it happened, or counts it for the next time.
    pub fn log(&self, what: &dyn Display) {
        match self.happened(Instant::now()) {
            None => {}
            Some(0) => log::log!(self.level, "{what}"),
            Some(times) => log::log!(self.level, "{what} (and {times} times before)"),
        }
    }

    /// How often it happened without a word of it; `None` where there was one within the pause.
    fn happened(&self, now: Instant) -> Option<u64> {
        let mut since = self.since.lock().unwrap_or_else(PoisonError::into_inner);
        if since.logged.is_some_and(|logged| now < logged + PAUSE) {
            since.times += 1;
            return None;
        }
        since.logged = Some(now);
        Some(std::mem::take(&mut since.times))
    }
}

#[cfg(test)]
mod tests {
    use crate::api::log_throttle::{PAUSE, ThrottledLog};
    use std::time::{Duration, Instant};

    #[test]
    fn a_crowd_is_logged_once_a_pause_and_counted() {
        let seldom = ThrottledLog::new(log::Level::Warn);
        let begin = Instant::now();
        let moment = Duration::from_millis(1);
        assert_eq!(seldom.happened(begin), Some(0));
        assert_eq!(seldom.happened(begin), None);
        assert_eq!(seldom.happened(begin + PAUSE / 2), None);
        assert_eq!(seldom.happened(begin + PAUSE), Some(2));
        assert_eq!(seldom.happened(begin + PAUSE + moment), None);
        assert_eq!(seldom.happened(begin + 3 * PAUSE), Some(1));
        assert_eq!(seldom.happened(begin + 5 * PAUSE), Some(0));
    }
}

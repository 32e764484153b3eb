//! Conditional requests (RFC 9110, sections 8.8 and 13): what an answer is known by, and whether a client has it.
//!
//! `headers` puts these validators on what is made, `server` compares those of what is kept.

use crate::api::dataset_version::Register;

use actix_web::{
    HttpRequest,
    http::header::{self, EntityTag, Header, IfModifiedSince, IfNoneMatch},
};
use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

/// Of a request: its answer is wanted whole, whatever the client has; for who keeps answers.
pub struct Unconditional;

/// How an answer may be dated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dated {
    /// Nothing but what the register has had since then.
    Since(SystemTime),
    /// A date would say nothing of it.
    Never,
    /// The second of the last change is not over: another change in it would have the same date, so caches
    /// must ask again (RFC 9110, section 8.8.2.2).
    NotYet,
}

/// The last date that was told, and the version that it was told of: no two versions have one date, even
/// where loads are dated by a clock that stands still or was set back.
#[derive(Default)]
pub struct Dates(Mutex<Option<(SystemTime, i64)>>);

impl Dated {
    /// The `Last-Modified` of the answer.
    pub fn modified(self) -> Option<SystemTime> {
        match self {
            Self::Since(date) => Some(date),
            Self::Never | Self::NotYet => None,
        }
    }
}

impl Dates {
    /// How an answer may be dated that is made of the register now.
    pub fn of(&self, register: &Register, now: SystemTime) -> Dated {
        let Some(at) = register.at else {
            return Dated::Never;
        };
        // The end of the second of the last change. Its beginning is a date that a client may have noted with
        // what was there before, from `Date` or from its own clock.
        let end = u64::try_from(at.and_utc().timestamp() + 1).unwrap_or_default();
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(end);
        if now < end {
            return Dated::NotYet;
        }
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match *told {
            Some((date, version)) if version != register.version && date >= end => Dated::Never,
            _ => {
                *told = Some((end, register.version));
                Dated::Since(end)
            }
        }
    }
}

/// Whether the client has the answer with these validators, by what it says.
pub fn client_has(request: &HttpRequest, tag: &EntityTag, modified: Option<SystemTime>) -> bool {
    if request.headers().contains_key(header::IF_NONE_MATCH) {
        return match IfNoneMatch::parse(request) {
            Ok(IfNoneMatch::Any) => true,
            Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|other| other.weak_eq(tag)),
            Err(_) => false,
        };
    }
    match (IfModifiedSince::parse(request), modified) {
        // Nobody knows what is true at a date to come.
        (Ok(since), Some(modified)) => {
            (modified..=SystemTime::now()).contains(&SystemTime::from(since.0))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{
        dataset_version::Register,
        response::conditional::{Dated, Dates},
    };
    use chrono::DateTime;
    use std::time::{Duration, SystemTime};

    fn second(number: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(number)
    }

    fn register(version: i64, at: i64) -> Register {
        Register {
            version,
            at: DateTime::from_timestamp(at, 0).map(|at| at.naive_utc()),
            ..Register::default()
        }
    }

    #[test]
    fn a_date_is_told_when_the_second_of_the_change_is_over() {
        let dates = Dates::default();
        let almost = second(101) - Duration::from_millis(1);
        assert_eq!(dates.of(&register(1, 100), second(100)), Dated::NotYet);
        assert_eq!(dates.of(&register(2, 100), almost), Dated::NotYet);
        let since = Dated::Since(second(101));
        assert_eq!(dates.of(&register(2, 100), second(101)), since);
        assert_eq!(dates.of(&register(2, 100), second(200)), since);
        assert_eq!(dates.of(&Register::default(), second(1)), Dated::Never);
    }

    #[test]
    fn no_two_versions_have_one_date() {
        let dates = Dates::default();
        let now = second(200);
        let since = |at: u64| Dated::Since(second(at + 1));
        assert_eq!(dates.of(&register(1, 100), now), since(100));
        assert_eq!(dates.of(&register(2, 100), now), Dated::Never);
        assert_eq!(dates.of(&register(3, 90), now), Dated::Never);
        assert_eq!(dates.of(&register(1, 100), now), since(100));
        assert_eq!(dates.of(&register(4, 101), now), since(101));
    }
}

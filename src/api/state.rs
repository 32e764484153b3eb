//! Shared application state: the database, the caches and the settings that every handler may need. `server` and
//! `snapshot` make it.

use crate::{
    api::{
        count_cache::{CountCache, Rooms},
        dataset_version::DatasetVersionCache,
        export::{
            file_cache::{FileCache, USUAL_ROOM},
            permits::ExportPermits,
        },
        openapi::served::ServedDocument,
        response::conditional::Dates,
        spool::{Spool, USUAL_SPOOL},
    },
    database::Database,
};
use chrono::{DateTime, Utc};
use std::sync::{Arc, atomic::AtomicBool};

/// How many bytes all caches take where the settings say nothing else.
pub const USUAL_CACHE: u64 = 64 << 20;

/// What every request may need.
pub struct State {
    pub database: Database,
    /// The address that clients know the service by, without a slash at its end.
    pub public_url: String,
    /// Whom to write to: a `mailto:` or `https:` URI.
    pub contact: Option<String>,
    /// Whether `/readyz` is at the same address.
    pub tells_status: bool,
    /// When the service started.
    pub started: DateTime<Utc>,
    /// Whether the service is about to stop.
    pub stopping: AtomicBool,
    pub(super) export_permits: ExportPermits,
    pub(super) files: FileCache,
    pub(super) spool: Spool,
    pub(super) document: ServedDocument,
    pub(super) count_cache: Arc<CountCache>,
    pub(super) dataset_versions: Arc<DatasetVersionCache>,
    pub(super) dates: Dates,
}

impl State {
    /// What requests need, to begin with.
    pub fn new(database: Database, public_url: &str, contact: Option<String>) -> Self {
        Self {
            export_permits: ExportPermits::new(&database),
            files: FileCache::new(USUAL_ROOM),
            spool: Spool::new(USUAL_SPOOL),
            document: ServedDocument::default(),
            count_cache: Arc::new(CountCache::new(rooms(USUAL_CACHE))),
            dataset_versions: Arc::default(),
            dates: Dates::default(),
            database,
            public_url: public_url.trim_end_matches('/').to_owned(),
            contact,
            tells_status: true,
            started: Utc::now(),
            stopping: AtomicBool::new(false),
        }
    }

    /// The same, with files of at most so many bytes kept, of those that all temporary files may have.
    #[must_use]
    pub fn with_files(self, kept: u64, all: u64) -> Self {
        let files = FileCache::new(kept);
        let spool = Spool::new(all);
        Self {
            files,
            spool,
            ..self
        }
    }

    /// The same, where all caches take so many bytes at most. Those that are left to the answers of the service are
    /// told by [`bytes_for_answers`].
    #[must_use]
    pub fn with_cache(self, bytes: u64) -> Self {
        let count_cache = Arc::new(CountCache::new(rooms(bytes)));
        Self {
            count_cache,
            ..self
        }
    }

    /// How many bytes the caches take.
    pub fn cached_bytes(&self) -> u64 {
        self.count_cache.bytes()
    }
}

/// What is left of the bytes of all caches for those who keep whole answers: five of eight.
pub fn bytes_for_answers(bytes: u64) -> u64 {
    let Rooms { counts, search } = rooms(bytes);
    bytes - counts - search
}

/// An eighth for counts, and two for the search.
pub fn rooms(bytes: u64) -> Rooms {
    Rooms {
        counts: bytes / 8,
        search: bytes / 4,
    }
}

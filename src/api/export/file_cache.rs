//! The file cache: files that are finished before they are sent, kept on disk for one version of the register.
//!
//! `list` and `full` have files made; many who ask for one at once have it made once. `ranges` of the server
//! sends parts of them.

use crate::{
    api::{
        Error, Result,
        dataset_version::Register,
        export::chunks::file_body,
        singleflight::{Joined, Singleflight},
        spool::{Spool, SpoolFile, Spooled},
    },
    database::{self, Caller},
};
use actix_web::{HttpResponse, HttpResponseBuilder, http::header::EntityTag, web};
use quick_cache::{OptionsBuilder, Weighter, sync::Cache};
use std::{
    io::{self, Read, Seek},
    sync::Arc,
};
use xxhash_rust::xxh3::Xxh3;

/// The most files that are kept; a small one counts as its part of the room.
const FILES: u16 = 256;
/// How many bytes may be kept where the settings say nothing else.
pub const USUAL_ROOM: u64 = 1 << 30;

/// A file as it was made of one state of the register.
pub struct Finished {
    pub file: Arc<Spooled>,
    pub register: Register,
    /// Of its bytes, so that parts of it fit together whichever service sends them.
    pub tag: EntityTag,
}

impl Finished {
    /// Takes a file that was written, and reads it once for its tag.
    pub async fn new(file: SpoolFile, register: Register) -> Result<Arc<Self>> {
        let finished = web::block(move || Self::read(file, register)).await;
        let finished = finished.unwrap_or_else(|_| Err(io::ErrorKind::Interrupted.into()));
        finished
            .map(Arc::new)
            .map_err(|error| Error::from(database::Error::from(error)))
    }

    fn read(mut file: SpoolFile, register: Register) -> io::Result<Self> {
        let mut hash = Xxh3::new();
        let mut chunk = vec![0; 64 << 10];
        file.rewind()?;
        loop {
            match file.read(&mut chunk)? {
                0 => break,
                length => hash.update(&chunk[..length]),
            }
        }
        Ok(Self {
            tag: EntityTag::new_strong(format!("{:032x}", hash.digest128())),
            file: Arc::new(file.finish()),
            register,
        })
    }

    /// The answer with this head and the whole file, of which parts may be sent instead. Refused where too many files
    /// wait for the client.
    pub fn answer(&self, mut head: HttpResponseBuilder, spool: &Spool) -> Result<HttpResponse> {
        let sent = spool.send(&self.file, &Caller::current());
        let sent = sent.ok_or(database::Error::Crowded)?;
        let mut answer = head.body(file_body(sent.clone(), 0, self.file.length));
        answer.extensions_mut().insert(sent);
        Ok(answer)
    }
}

/// The files that are kept.
pub struct FileCache {
    kept: Cache<String, Arc<Finished>, Weight>,
    being_made: Singleflight<String, Result<Arc<Finished>, Arc<Error>>>,
}

/// What a file counts for, in bytes.
#[derive(Clone)]
struct Weight {
    least: u64,
}

impl Weighter<String, Arc<Finished>> for Weight {
    fn weight(&self, _: &String, file: &Arc<Finished>) -> u64 {
        file.file.length.max(self.least)
    }
}

impl FileCache {
    /// Keeps files of at most so many bytes in all.
    pub fn new(room: u64) -> Self {
        let options = OptionsBuilder::new()
            .shards(1) // one file may take all of the room
            .estimated_items_capacity(FILES.into())
            .weight_capacity(room)
            .build()
            .expect("number, shards and room are given");
        let least = (room / u64::from(FILES)).max(1);
        Self {
            kept: Cache::with_options(
                options,
                Weight { least },
                quick_cache::DefaultHashBuilder::default(),
                quick_cache::sync::DefaultLifecycle::default(),
            ),
            being_made: Singleflight::default(),
        }
    }

    /// The file with a key, which tells the state of the register too; it is made where it is not kept, and
    /// those of earlier versions go then. Who waited for one that could not be made gets the same failure.
    pub async fn get(
        &self,
        key: &str,
        make: impl Future<Output = Result<Arc<Finished>>>,
    ) -> Result<Arc<Finished>> {
        let lead = match self.being_made.join(&key.to_owned()).await {
            Joined::Leader(lead) => lead,
            Joined::Follower(outcome) => return outcome.map_err(Error::Shared),
        };
        if let Some(file) = self.kept.get(key) {
            return Ok(file);
        }
        let outcome = make.await;
        match &outcome {
            Ok(file) => {
                let version = file.register.version;
                self.kept.retain(|_, kept| kept.register.version >= version);
                self.kept.insert(key.to_owned(), file.clone());
            }
            Err(error) if error.is_of_one_client() => return outcome,
            Err(_) => {}
        }
        let outcome = outcome.map_err(Error::shared);
        lead.land(outcome.clone());
        outcome.map_err(Error::Shared)
    }
}

#[cfg(test)]
mod tests {
    use crate::api::{Error, export::file_cache::FileCache};
    use crate::database;
    use actix_web::rt::time::sleep;
    use futures_util::future::join_all;
    use std::{cell::Cell, time::Duration};

    #[actix_web::test]
    async fn a_file_that_cannot_be_made_is_tried_once_for_all_who_wait() {
        let (files, tries) = (FileCache::new(1 << 20), Cell::new(0));
        let fails = |error: fn() -> Error| {
            let (files, tries) = (&files, &tries);
            async move {
                let make = async {
                    tries.set(tries.get() + 1);
                    sleep(Duration::from_millis(20)).await;
                    Err(error())
                };
                files.get("key", make).await.err()
            }
        };
        let failures = join_all((0..10).map(|_| fails(|| Error::Stopping))).await;
        let is_shared = |failure: &Option<Error>| matches!(failure, Some(Error::Shared(_)));
        assert!(failures.iter().all(is_shared));
        assert_eq!(tries.replace(0), 1);
        // What one client may not have the others may.
        let crowded = || Error::Crowded(database::Error::Crowded);
        let failures = join_all((0..10).map(|_| fails(crowded))).await;
        assert!(!failures.iter().any(is_shared));
        assert_eq!(tries.get(), 10);
    }
}

//! Export permits: a semaphore of downloads, and of each client a share of it. `list` takes one for each file it makes.

use crate::{
    api::Result,
    database::{Caller, Database, Permit, Share, Shares},
};
use actix_web::rt::time::timeout;
use std::{sync::Arc, time::Duration};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a download waits for its turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// Lets only so many downloads run at once that other requests find a connection, and of one client a share of these.
pub struct ExportPermits {
    free: Arc<Semaphore>,
    most: usize,
    shares: Arc<Shares>,
}

impl ExportPermits {
    pub fn new(database: &Database) -> Self {
        let most = half(database);
        Self {
            free: Arc::new(Semaphore::new(most)),
            most,
            shares: Arc::default(),
        }
    }

    /// Waits for a permit; a client that holds its share waits for one of its own. Refused where none is free in time.
    pub async fn acquire(&self, database: &Database) -> Result<DownloadTurn> {
        let caller = Caller::current();
        let most = u32::try_from(self.most).unwrap_or(u32::MAX);
        let shares = timeout(PATIENCE, self.shares.acquire(&caller, most)).await;
        let shares = shares.map_err(|_| crate::database::Error::Crowded)?;
        let turn = self.free.clone().acquire_owned();
        let turn = timeout(PATIENCE, turn).await;
        let turn = turn.ok().and_then(Result::ok);
        let turn = turn.ok_or(crate::database::Error::Busy)?;
        // The server may let in fewer connections than are asked for.
        let running = self.most - self.free.available_permits();
        if running > half(database) {
            return Err(crate::database::Error::Busy.into());
        }
        Ok(DownloadTurn {
            _of_client: shares,
            _of_downloads: turn,
            to_read: database.turn().await?.unmeasured(),
        })
    }
}

/// As many downloads as may run at once.
pub fn half(database: &Database) -> usize {
    (database.connections() / 2).max(1) as usize
}

/// The turn of a download, which reads as others do.
pub struct DownloadTurn {
    _of_client: Vec<Share>,
    _of_downloads: OwnedSemaphorePermit,
    pub to_read: Permit,
}

impl DownloadTurn {
    /// Whom the turn is for.
    pub fn caller(&self) -> &Arc<Caller> {
        self.to_read.caller()
    }
}

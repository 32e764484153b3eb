//! The spool: files without a name, under a budget of bytes for all of them and a look at the free space of their disk.
//!
//! `export` writes files before they are sent, and what a slow client has not taken yet,
//! and `file_cache` keeps some. The system removes what has no name, whatever ends the service.

mod budget;
mod quota;

use crate::database::Caller;
use budget::Budget;
pub use budget::Reservation;
pub use quota::Held;
use quota::{FileNumber, Quotas};
use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

/// How many bytes temporary files take in all where the settings say nothing else.
pub const USUAL_SPOOL: u64 = 2 << 30;

static NEXT: AtomicU64 = AtomicU64::new(0);

/// Gives out temporary files.
#[derive(Clone)]
pub struct Spool {
    budget: Arc<Budget>,
    quotas: Arc<Quotas>,
}

impl Spool {
    /// Files of at most so many bytes in all.
    pub fn new(room: u64) -> Self {
        Self {
            budget: Arc::new(Budget::new(room)),
            quotas: Arc::new(Quotas::new(room)),
        }
    }

    /// A new file; an error of the kind `StorageFull` where there is no room for one.
    pub fn file(&self) -> io::Result<SpoolFile> {
        let mut reservation = self.reserve();
        reservation.reach(1)?;
        Ok(SpoolFile {
            number: number(),
            file: tempfile::tempfile()?,
            place: 0,
            length: 0,
            reservation,
        })
    }

    /// Counts a file as one that waits for a caller while it is written; `None` where too much waits for that caller.
    pub fn hold(&self, file: &SpoolFile, caller: &Caller) -> Option<Held> {
        self.quotas.hold(caller, file.number, file.length)
    }

    /// The same of a file that is sent.
    pub fn send(&self, file: &Arc<Spooled>, caller: &Caller) -> Option<Sent> {
        let held = self.quotas.hold(caller, file.number, file.length)?;
        Some(Sent::new(file.clone(), held))
    }

    /// Room for what others write.
    pub fn reserve(&self) -> Reservation {
        Reservation::new(self.budget.clone())
    }
}

fn number() -> FileNumber {
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// A temporary file while it is written.
pub struct SpoolFile {
    number: FileNumber,
    file: File,
    place: u64,
    length: u64,
    reservation: Reservation,
}

impl SpoolFile {
    /// Takes a file that others wrote, with the room that is reserved for it.
    pub fn adopt(file: File, reservation: Reservation) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self {
            number: number(),
            file,
            place: 0,
            length,
            reservation,
        })
    }

    pub fn length(&self) -> u64 {
        self.length
    }

    /// Takes away what is beyond that length.
    pub fn cut(&mut self, length: u64) -> io::Result<()> {
        self.file.set_len(length)?;
        self.place = self.file.seek(SeekFrom::Start(length))?;
        self.length = length;
        Ok(())
    }

    /// The same, to be read by many.
    pub fn finish(mut self) -> Spooled {
        self.reservation.fit(self.length);
        Spooled {
            number: self.number,
            file: Mutex::new(self.file),
            length: self.length,
            _reservation: self.reservation,
        }
    }
}

impl Write for SpoolFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.reservation.reach(self.place + bytes.len() as u64)?;
        let written = self.file.write(bytes)?;
        self.place += written as u64;
        self.length = self.length.max(self.place);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Read for SpoolFile {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        self.place += read as u64;
        Ok(read)
    }
}

impl Seek for SpoolFile {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.place = self.file.seek(to)?;
        Ok(self.place)
    }
}

/// A temporary file that was written; its room is free again with the last who reads it.
pub struct Spooled {
    number: FileNumber,
    file: Mutex<File>,
    pub length: u64,
    _reservation: Reservation,
}

impl Spooled {
    /// So many bytes at a place.
    pub fn bytes(&self, place: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(place))?;
        let mut bytes = vec![0; length];
        file.read_exact(&mut bytes)?;
        Ok(bytes)
    }
}

/// A file that is sent to a client, or parts of it; counted as waiting for it till the last of them is gone.
#[derive(Clone)]
pub struct Sent {
    pub file: Arc<Spooled>,
    _held: Arc<Held>,
}

impl Sent {
    pub fn new(file: Arc<Spooled>, held: Held) -> Self {
        Self {
            file,
            _held: Arc::new(held),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Spool;
    use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};

    #[test]
    fn files_take_no_more_than_their_budget_and_give_it_back() {
        let spool = Spool::new(1 << 20);
        let mut first = spool.file().expect("room");
        first.write_all(&vec![1; 600 << 10]).expect("room");
        let mut second = spool.file().expect("room");
        let refused = second.write_all(&vec![1; 600 << 10]);
        assert_eq!(refused.expect_err("no room").kind(), ErrorKind::StorageFull);
        drop(second);
        drop(first.finish());
        let mut third = spool.file().expect("room");
        third.write_all(&vec![1; 900 << 10]).expect("room");
    }

    #[test]
    fn what_is_written_again_at_a_place_takes_no_more_room() {
        let spool = Spool::new(300 << 10);
        let mut file = spool.file().expect("room");
        for _ in 0..10 {
            file.seek(SeekFrom::Start(0)).expect("a place");
            file.write_all(&vec![7; 200 << 10]).expect("room");
        }
        file.rewind().expect("a place");
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).expect("bytes");
        assert_eq!(bytes, vec![7; 200 << 10]);
        let spooled = file.finish();
        assert_eq!(spooled.length, 200 << 10);
        assert_eq!(spooled.bytes(10, 3).expect("bytes"), [7; 3]);
    }
}

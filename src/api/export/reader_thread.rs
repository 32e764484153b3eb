//! The thread that reads the rows of a download: first it tells the state of the register that it sees,
//! then, when it is told where to, it writes the rows, all of that same state.

use crate::{
    api::{
        Error, Result,
        count_cache::CountCache,
        dataset_version::Register,
        error::{Code, Wrong, WrongParameter},
        export::{
            chunks::{Chunks, Outlet, channel},
            options::ExportOptions,
            permits::DownloadTurn,
            provenance::Provenance,
            xlsx,
        },
        request::{accept::Format, list_request::ListRequest},
        response::page::mistakes,
        spool::{Spool, SpoolFile},
    },
    database::{
        self, AnyConnection, Caller, Database, Work, model::resource::Resource,
        query::batches::for_each_batch,
    },
};

use actix_web::rt::task::{JoinHandle, spawn_blocking};
use diesel::QueryResult;
use std::io::{self, BufWriter, Write};
use tokio::sync::oneshot;

type Outcome<T> = std::result::Result<T, database::Error>;
type Seen = std::result::Result<Register, Vec<WrongParameter>>;

/// A download that has begun.
pub struct Source {
    seen: oneshot::Receiver<Seen>,
    spool: Spool,
    go: oneshot::Sender<(Provenance, Target)>,
    thread: JoinHandle<Outcome<Option<SpoolFile>>>,
}

/// Where the rows are to be written.
enum Target {
    /// To the client, as they are read.
    Stream(Outlet),
    /// To a file, as long as somebody waits for it.
    File(oneshot::Sender<()>),
}

/// What is to be read, and how it is to be written.
struct Task {
    resource: &'static Resource,
    asked: ListRequest,
    layout: ExportOptions,
}

/// A download whose state of the register is known.
pub struct Ready {
    pub register: Register,
    spool: Spool,
    go: oneshot::Sender<(Provenance, Target)>,
    thread: JoinHandle<Outcome<Option<SpoolFile>>>,
}

impl Source {
    /// Begins a download; it keeps its turn until the last row is written.
    pub fn open(
        database: &Database,
        resource: &'static Resource,
        asked: ListRequest,
        layout: ExportOptions,
        turn: DownloadTurn,
    ) -> Self {
        let (tell, seen) = oneshot::channel();
        let (go, going) = oneshot::channel();
        let database = database.clone();
        let spool = layout.spool.clone();
        let task = Task {
            resource,
            asked,
            layout,
        };
        let thread = spawn_blocking(move || {
            let work = Work::begin(turn.caller());
            database.read_in(&turn.to_read, |connection| {
                task.run(connection, work, tell, going)
            })
        });
        Self {
            seen,
            spool,
            go,
            thread,
        }
    }

    /// Waits until the state of the register is known.
    pub async fn ready(self) -> Result<Ready> {
        let Self {
            seen,
            spool,
            go,
            thread,
        } = self;
        match seen.await {
            Ok(Ok(register)) => Ok(Ready {
                register,
                spool,
                go,
                thread,
            }),
            Ok(Err(wrong)) => Err(Error::BadParameter(wrong)),
            Err(_) => Err(failure(thread).await),
        }
    }
}

impl Ready {
    /// Has the rows written to the client, and waits for the first of them.
    pub async fn stream(self, facts: Provenance) -> Result<Chunks> {
        let (outlet, mut chunks) = channel(self.spool, Caller::current());
        // Where the thread is gone, no chunk comes, and its failure is told.
        let _ = self.go.send((facts, Target::Stream(outlet)));
        if chunks.have_begun().await {
            Ok(chunks)
        } else {
            Err(failure(self.thread).await)
        }
    }

    /// Has the rows written to a file.
    pub async fn file(self, facts: Provenance) -> Result<SpoolFile> {
        let (waiting, _wait) = oneshot::channel();
        let _ = self.go.send((facts, Target::File(waiting)));
        match self.thread.await {
            Ok(Ok(Some(file))) => Ok(file),
            Ok(Err(error)) => Err(error.into()),
            Ok(Ok(None)) | Err(_) => Err(database::Error::Cancelled.into()),
        }
    }
}

async fn failure(thread: JoinHandle<Outcome<Option<SpoolFile>>>) -> Error {
    match thread.await {
        Ok(Err(error)) => error.into(),
        _ => database::Error::Cancelled.into(),
    }
}

impl Task {
    fn run(
        mut self,
        connection: &mut AnyConnection,
        work: Work,
        tell: oneshot::Sender<Seen>,
        going: oneshot::Receiver<(Provenance, Target)>,
    ) -> Outcome<Option<SpoolFile>> {
        let register = Register::read(connection)?;
        let wrong = self.wrong(connection)?;
        let is_right = wrong.is_empty();
        let told = tell.send(if is_right { Ok(register) } else { Err(wrong) });
        if told.is_err() || !is_right {
            return Ok(None);
        }
        match going.blocking_recv() {
            Ok((facts, Target::Stream(outlet))) => {
                self.stream(connection, &facts, outlet, work)?;
                Ok(None)
            }
            Ok((facts, Target::File(waiting))) => self.file(connection, &facts, waiting).map(Some),
            Err(_) => Ok(None), // the client has it already, or went away
        }
    }

    fn stream(
        self,
        connection: &mut AnyConnection,
        facts: &Provenance,
        mut outlet: Outlet,
        mut work: Work,
    ) -> Outcome<()> {
        let written = self.write(connection, facts, &mut outlet);
        work.excuse(outlet.waited());
        drop(work);
        let ended = written.and_then(|()| Ok(outlet.end()?));
        match &ended {
            Err(_) if outlet.is_abandoned() => log::info!("a client left its download"),
            Err(error) => log::error!("a download broke off: {error}"),
            Ok(()) => {}
        }
        ended
    }

    fn file(
        self,
        connection: &mut AnyConnection,
        facts: &Provenance,
        waiting: oneshot::Sender<()>,
    ) -> Outcome<SpoolFile> {
        let mut output = Awaited {
            file: BufWriter::new(self.layout.spool.file()?),
            waiting,
        };
        self.write(connection, facts, &mut output)?;
        Ok(output.file.into_inner().map_err(io::Error::from)?)
    }

    /// What cannot be had of the register as it is.
    fn wrong(&mut self, connection: &mut AnyConnection) -> QueryResult<Vec<WrongParameter>> {
        let mut wrong = mistakes(connection, &self.asked)?;
        let memory = CountCache::default(); // a download asks once
        self.asked
            .resolve(connection, self.resource, memory.of(&Register::default()))?;
        if self.layout.format == Format::Xlsx && wrong.is_empty() {
            let rows = self
                .resource
                .store
                .count(connection, &self.asked.matching)?;
            let most = xlsx::MAX_ROWS;
            if rows > most {
                let reason = format!(
                    "{rows} records match, and a sheet holds {most}; filter them, or take CSV or Parquet"
                );
                wrong.push(WrongParameter::new("", Wrong::new(Code::TooMuch, reason)));
            }
        }
        Ok(wrong)
    }

    fn write(
        self,
        connection: &mut AnyConnection,
        facts: &Provenance,
        output: &mut (impl Write + Send),
    ) -> Outcome<()> {
        let Self {
            resource,
            asked,
            layout,
        } = self;
        let mut writer = layout.writer(facts, output)?;
        let order = (asked.order_columns.as_slice(), &asked.order);
        for_each_batch::<database::Error>(
            connection,
            resource,
            &asked.matching,
            order,
            |connection, rows| {
                if asked.view.is_plain() && writer.write_rows(rows)? {
                    return Ok(());
                }
                let records = asked.view.objects(connection, resource, rows)?;
                Ok(writer.write(records)?)
            },
        )?;
        Ok(writer.finish()?)
    }
}

/// A file that is written as long as somebody waits for it.
struct Awaited {
    file: BufWriter<SpoolFile>,
    waiting: oneshot::Sender<()>,
}

impl Write for Awaited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waiting.is_closed() {
            let gone = "the client went away";
            return Err(io::Error::new(io::ErrorKind::BrokenPipe, gone));
        }
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

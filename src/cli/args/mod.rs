//! Every setting, in one place: the command line and its environment variables.

mod addresses;
mod environment;
mod limits;
mod remarks;

use crate::{api::USUAL_CACHE, server};
pub use environment::read;
pub use limits::Limits;

use clap::{Args, Parser, Subcommand};
use std::{num::NonZero, path::PathBuf, thread};

/// Open data about government action plans: what was promised, by whom, and what came of it.
///
/// Without a command it serves the register at port 8080 of this machine.
#[derive(Debug, Parser)]
#[command(name = "aciqplan", version, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub serve: Serve,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Answer requests (what happens without a command).
    Serve(Box<Serve>),
    /// Say everything that is wrong with a package; exit with 1 where something is.
    Check(Check),
    /// Load a package into the register: all of it, or nothing.
    Load(Load),
    /// Write the register as a package.
    Export(Export),
    /// Make the tables of the register, or bring them up to date.
    Migrate(Migrate),
    /// Copy a register in `SQLite` into a new file, while it is served and written.
    Backup(Backup),
    /// Write what the service answers as files, for any web server.
    Snapshot(Snapshot),
    /// Make up a package of any size, for measurements: the same for the same seed.
    Generate(Generate),
    /// Print the OpenAPI document.
    Openapi,
}

#[derive(Clone, Debug, Args)]
pub struct DatabaseUrl {
    /// Where the register is kept: `sqlite://PATH` or `postgres://USER@HOST/NAME`.
    ///
    /// By default a SQLite file in the data folder of the platform. A file that is not there is
    /// made, and a register that is empty gets the plans that this program carries.
    #[arg(
        long,
        value_name = "URL",
        env = "ACIQPLAN_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,
}

#[derive(Clone, Debug, Args)]
pub struct Serve {
    #[command(flatten)]
    pub database: DatabaseUrl,

    /// Where to read: a copy that follows the register, such as a streaming standby of PostgreSQL.
    ///
    /// Answers come from it alone. By default they come from the register itself.
    #[arg(
        long,
        value_name = "URL",
        env = "ACIQPLAN_READ_DATABASE",
        hide_env_values = true
    )]
    pub read_database: Option<String>,

    /// Where to listen.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "ACIQPLAN_LISTEN",
        default_value = "127.0.0.1:8080",
        value_parser = addresses::listen
    )]
    pub listen: String,

    /// Where to answer at `/metrics`, `/healthz` and `/readyz`, which are at no other address then.
    ///
    /// By default they are where everything is. Give an address that clients do not reach.
    #[arg(
        long,
        value_name = "ADDRESS:PORT",
        env = "ACIQPLAN_ADMIN_LISTEN",
        value_parser = addresses::listen
    )]
    pub admin_listen: Option<String>,

    /// The address that clients know the service by, for the links in its answers.
    ///
    /// By default `http://` and the address that it listens at; `http://localhost` where that is every address.
    /// Set it behind a proxy.
    #[arg(long, value_name = "URL", env = "ACIQPLAN_PUBLIC_URL", value_parser = addresses::public_url)]
    pub public_url: Option<String>,

    /// Whom to write to about security and about the data: a `mailto:` or `https:` URI.
    ///
    /// It stands in `/.well-known/security.txt` and in the catalogue; without it neither names anybody.
    #[arg(long, value_name = "URI", env = "ACIQPLAN_CONTACT", value_parser = contact)]
    pub contact: Option<String>,

    /// Threads that answer requests; by default one for each core.
    #[arg(long, value_name = "NUMBER", env = "ACIQPLAN_WORKERS",
          value_parser = clap::value_parser!(u32).range(1..=512))]
    pub workers: Option<u32>,

    /// Connections to the database at most.
    #[arg(long, value_name = "NUMBER", env = "ACIQPLAN_CONNECTIONS", default_value_t = 16,
          value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub connections: u32,

    /// What is kept in memory to answer sooner, in bytes in all: answers ready to send, counts, texts that searches
    /// rank; 0 keeps nothing.
    #[arg(long, value_name = "BYTES", env = "ACIQPLAN_CACHE_BYTES", default_value_t = USUAL_CACHE,
          value_parser = clap::value_parser!(u64).range(..=1 << 40))]
    pub cache_bytes: u64,

    /// Finished files that are kept in the folder for temporary files, in bytes in all; they are part of those below.
    #[arg(long, value_name = "BYTES", env = "ACIQPLAN_FILE_CACHE_BYTES", default_value_t = crate::api::USUAL_ROOM)]
    pub file_cache_bytes: u64,

    /// Temporary files of every kind, in bytes in all: kept, being written, and waiting for slow clients.
    #[arg(long, value_name = "BYTES", env = "ACIQPLAN_TEMPORARY_BYTES", default_value_t = crate::api::USUAL_SPOOL,
          value_parser = clap::value_parser!(u64).range((1 << 20)..=(1 << 50)))]
    pub temporary_bytes: u64,

    /// Write nothing: neither tables, which must be those of this program, nor the plans that it carries.
    ///
    /// A role that may only read is enough, and the register itself need not be there where another is read.
    #[arg(long, env = "ACIQPLAN_READ_ONLY", value_parser = clap::builder::FalseyValueParser::new())]
    pub read_only: bool,

    /// Start with an empty register instead of the plans that this program carries.
    #[arg(long, env = "ACIQPLAN_EMPTY", value_parser = clap::builder::FalseyValueParser::new())]
    pub empty: bool,

    #[command(flatten)]
    pub limits: Limits,
}

impl Serve {
    /// How many threads answer requests.
    pub fn threads(&self) -> usize {
        let cores = || thread::available_parallelism().map_or(1, NonZero::get);
        self.workers.map_or_else(cores, |workers| workers as usize)
    }
}

impl From<Serve> for server::Settings {
    fn from(serve: Serve) -> Self {
        Self {
            workers: serve.threads(),
            listen: serve.listen,
            admin_listen: serve.admin_listen,
            public_url: serve.public_url,
            contact: serve.contact,
            cache_bytes: serve.cache_bytes,
            file_cache_bytes: serve.file_cache_bytes,
            temporary_bytes: serve.temporary_bytes,
            limits: (&serve.limits).into(),
        }
    }
}

/// Takes what RFC 9116 takes for a contact, and what stands in one line.
fn contact(uri: &str) -> Result<String, String> {
    let is_known = ["mailto:", "https:"].iter().any(|scheme| {
        uri.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    });
    if is_known && uri.chars().all(|letter| letter.is_ascii_graphic()) {
        Ok(uri.to_owned())
    } else {
        Err("give a mailto: or https: URI".to_owned())
    }
}

#[derive(Debug, Args)]
pub struct Package {
    /// The package: a folder with a datapackage.json, a zip archive of it, or one file of CSV.
    #[arg(value_name = "PACKAGE")]
    pub path: PathBuf,

    /// What a file of CSV holds rows of, where neither its name nor its header tells: `measures`, for example.
    #[arg(long, value_name = "NAME")]
    pub resource: Option<String>,
}

#[derive(Debug, Args)]
pub struct Check {
    #[command(flatten)]
    pub package: Package,

    /// A register that the package may refer to, for a package that only adds to one.
    #[arg(
        long,
        value_name = "URL",
        env = "ACIQPLAN_DATABASE",
        hide_env_values = true
    )]
    pub database: Option<String>,

    /// How to tell what was found.
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

/// How a command tells what it found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum ReportFormat {
    /// Lines for people.
    #[default]
    Text,
    /// One JSON object on standard output.
    Json,
}

#[derive(Debug, Args)]
pub struct Load {
    #[command(flatten)]
    pub package: Package,

    #[command(flatten)]
    pub database: DatabaseUrl,

    /// Whom the history of the records names; by default the name of the package.
    #[arg(long, value_name = "NAME", env = "ACIQPLAN_AUTHOR")]
    pub author: Option<String>,

    /// Take values as they are that a spreadsheet or another program has likely changed.
    #[arg(long)]
    pub accept_warnings: bool,

    /// Show what would be created, corrected and withdrawn, and write nothing.
    #[arg(long)]
    pub dry_run: bool,

    /// How to tell what was found and done.
    #[arg(long, value_enum, default_value_t)]
    pub format: ReportFormat,
}

#[derive(Debug, Args)]
pub struct Export {
    /// The folder to write; it is made where it is not there.
    pub folder: PathBuf,

    #[command(flatten)]
    pub database: DatabaseUrl,
}

#[derive(Debug, Args)]
pub struct Generate {
    /// The folder to write; it is made where it is not there.
    pub folder: PathBuf,

    /// How many measures; about as many status entries come with them.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub measures: u32,

    /// Another seed makes up another package.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
}

#[derive(Debug, Args)]
pub struct Migrate {
    #[command(flatten)]
    pub database: DatabaseUrl,
}

#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write; there must be none of this name.
    pub file: PathBuf,

    #[command(flatten)]
    pub database: DatabaseUrl,
}

#[derive(Debug, Args)]
pub struct Snapshot {
    /// The folder to write; it is made where it is not there.
    pub folder: PathBuf,

    #[command(flatten)]
    pub database: DatabaseUrl,

    /// The address that the folder will be served at, for the links in its files.
    ///
    /// By default links begin with `/`: they work where the folder is the root of a web server.
    #[arg(long, value_name = "URL", env = "ACIQPLAN_PUBLIC_URL", value_parser = addresses::public_url)]
    pub public_url: Option<String>,
}

//! What the command line can do.

use crate::{
    api,
    cli::{
        args::{
            Backup, Check, Cli, Command, DatabaseUrl, Export, Generate, Load, Migrate,
            ReportFormat, Serve, Snapshot,
        },
        exit_code::{self, OfSetting},
        terminal::{say, warn},
    },
    database::{
        self, AnyConnection, Database, FailureKind,
        connection::change_watcher::{self, Watch},
        write::{backup, writer::Counts},
    },
    generate,
    language::printable::printable,
    package::{self, Found, Loaded, Options, Problems, Seeds},
    server::{self, ResponseCache},
    snapshot,
};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::{env, error::Error, fs, io, path::Path, process::ExitCode, thread};

/// The settings that name a database, for messages.
const DATABASE: &str = "--database (ACIQPLAN_DATABASE)";
const READ_DATABASE: &str = "--read-database (ACIQPLAN_READ_DATABASE)";

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Runs the command; what goes wrong is told on standard error.
pub async fn run(cli: Cli) -> ExitCode {
    let command = cli.command.unwrap_or(Command::Serve(Box::new(cli.serve)));
    let register = register(&command);
    let done = match command {
        Command::Serve(settings) => serve(*settings).await,
        Command::Check(settings) => check(&settings),
        Command::Load(settings) => load(&settings),
        Command::Export(settings) => export(&settings),
        Command::Generate(settings) => make_up(&settings),
        Command::Migrate(settings) => migrate(&settings),
        Command::Backup(settings) => back_up(&settings),
        Command::Snapshot(settings) => write_snapshot(&settings).await,
        Command::Openapi => say(api::document_text()).map_err(Into::into),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => exit_code::tell(error.as_ref(), &register),
    }
}

/// The register that a command works on, for people: the file, or that it is in PostgreSQL.
fn register(command: &Command) -> String {
    let named = match command {
        Command::Serve(settings) => &settings.database.database,
        Command::Load(settings) => &settings.database.database,
        Command::Export(settings) => &settings.database.database,
        Command::Migrate(settings) => &settings.database.database,
        Command::Backup(settings) => &settings.database.database,
        Command::Snapshot(settings) => &settings.database.database,
        Command::Check(settings) => &settings.database,
        Command::Generate(_) | Command::Openapi => &None,
    };
    let url = named.clone().or_else(|| default_url().ok());
    match url.as_deref().and_then(|url| url.strip_prefix("sqlite://")) {
        Some(path) => path.to_owned(),
        None => "PostgreSQL".to_owned(), // its URL may have a password
    }
}

async fn serve(settings: Serve) -> Result<()> {
    for remark in settings.remarks() {
        log::warn!("{remark}");
    }
    try_temporary_files()?;
    let url = url(&settings.database)?;
    let reads = settings.read_database.as_ref().unwrap_or(&url);
    let database = open_to_serve(&settings, &url, reads)?;
    let answers = match settings.cache_bytes {
        0 => None,
        bytes => Some(ResponseCache::new(
            api::bytes_for_answers(bytes),
            Watch::start(reads)?,
        )),
    };
    Ok(server::run(database, answers, &settings.into()).await?)
}

/// The register to read. What has to be written into the register itself is, where that may be and it is reached.
fn open_to_serve(settings: &Serve, url: &str, reads: &str) -> Result<Database> {
    let connections = settings.connections;
    let is_elsewhere = reads != url;
    if settings.read_only {
        let setting = if is_elsewhere {
            READ_DATABASE
        } else {
            DATABASE
        };
        return Ok(Database::open_read_only(reads, connections).map_err(of(setting))?);
    }
    match Database::open(url, connections).map_err(of(DATABASE)) {
        Err(error) if is_elsewhere && FailureKind::of(&error) == Some(FailureKind::Unreachable) => {
            log::warn!("{error}; answers come from elsewhere, so this starts without it");
        }
        opened => {
            let database = opened?;
            if !settings.empty {
                seed(&database)?;
            }
            if !is_elsewhere {
                return Ok(database);
            }
        }
    }
    Ok(Database::open_replica(reads, connections).map_err(of(READ_DATABASE))?)
}

/// Gives an empty register the plans that the program carries.
fn seed(database: &Database) -> Result<()> {
    let mut connection = database.connection()?;
    if database::connection::dataset_version::version(&mut connection)?.is_none() {
        let options = Options {
            accept_damage: true,
            ..Options::default()
        };
        let loaded = package::load(&Seeds, &mut connection, &options, &|_| {})?;
        log::info!(
            "the register was empty; it has {} records now",
            loaded.counts.created
        );
    }
    Ok(())
}

fn check(settings: &Check) -> Result<()> {
    let package = &settings.package;
    let files = package::open(&package.path, package.resource.as_deref())?;
    let database = settings
        .database
        .as_ref()
        .map(|url| Database::open_read_only(url, 1).map_err(of(DATABASE)))
        .transpose()?;
    let mut connection = database.as_ref().map(Database::connection).transpose()?;
    let found = package::check(&*files, connection.as_deref_mut());
    if settings.format == ReportFormat::Json {
        let (records, problems) = match found {
            Ok(Found { records, problems }) => (Some(records), problems),
            Err(package::Error::Problems(problems)) => (None, problems),
            Err(error) => return Err(error.into()),
        };
        say(format_args!(
            "{}",
            json!({ "records": records, "found": problems })
        ))?;
        return match records {
            Some(_) => Ok(()),
            None => Err(package::Error::Problems(problems).into()),
        };
    }
    let Found { records, problems } = found?;
    tell(&problems);
    let verdict = match problems.len() {
        0 => "nothing wrong".to_owned(),
        told => format!("no mistake, {told} to look at"),
    };
    let package = printable_path(&package.path);
    say(format_args!("{package}: {records} records, {verdict}"))?;
    Ok(())
}

fn printable_path(path: &Path) -> String {
    printable(&path.display().to_string())
}

/// Damage and notices, which do not stop.
fn tell(problems: &Problems) {
    for line in problems.lines() {
        warn(line);
    }
}

fn load(settings: &Load) -> Result<()> {
    let nowhere = tempfile::tempdir()?; // what is only tried makes no file where there is none
    let url = url(&settings.database)?;
    let database = if settings.dry_run {
        open_to_rehearse(&url, nowhere.path())
    } else {
        Database::open(&url, 1)
    };
    let database = database.map_err(of(DATABASE))?;
    let bar = ProgressBar::no_length().with_style(ProgressStyle::with_template(
        "{human_pos} records, {elapsed}",
    )?);
    let files = package::open(&settings.package.path, settings.package.resource.as_deref())?;
    let options = Options {
        author: settings.author.as_deref(),
        accept_damage: settings.accept_warnings,
        is_rehearsal: settings.dry_run,
    };
    let mut connection = database.connection()?;
    let loaded = package::Ready::new(&*files, &mut connection, options).and_then(|ready| {
        let work = |connection: &mut AnyConnection| ready.write(connection, &|done| bar.inc(done));
        if settings.dry_run {
            work(&mut connection)
        } else {
            database::with_exclusive_load(&mut connection, work)
        }
    });
    bar.finish_and_clear();
    if !settings.dry_run {
        thread::sleep(change_watcher::FILE_LOOK); // told when no service of this file answers from before it
    }
    let version = database::connection::dataset_version::version(&mut connection)?
        .map_or(0, |(number, _)| number);
    match settings.format {
        ReportFormat::Text => tell_loaded(&loaded?, settings.dry_run, version)?,
        ReportFormat::Json => tell_json(loaded, settings.dry_run, version)?,
    }
    Ok(())
}

/// The register as it is, or an empty one in a folder of its own where there is none.
fn open_to_rehearse(url: &str, nowhere: &Path) -> std::result::Result<Database, database::Error> {
    match Database::open_to_rehearse(url) {
        Err(database::Error::Absent(_) | database::Error::Empty) => {
            let file = nowhere.join("register.sqlite");
            Database::open(&format!("sqlite://{}", file.display()), 1)
        }
        opened => opened,
    }
}

/// What a load did or would do, for people.
fn tell_loaded(loaded: &Loaded, is_rehearsal: bool, version: i64) -> io::Result<()> {
    tell(&loaded.problems);
    for planned in &loaded.planned {
        say(planned)?;
    }
    let Counts {
        created,
        corrected,
        withdrawn,
        unchanged,
    } = loaded.counts;
    if loaded.more > 0 {
        say(format_args!("and {} more", loaded.more))?;
    }
    for beside in &loaded.beside {
        say(beside)?;
    }
    let end = if is_rehearsal {
        format!("nothing was written, dataset version {version}")
    } else {
        format!("dataset version {version}")
    };
    say(format_args!(
        "{created} created, {corrected} corrected, {withdrawn} withdrawn, {unchanged} unchanged: {end}"
    ))
}

/// What a load did or would do, for programs.
fn tell_json(
    loaded: std::result::Result<Loaded, package::Error>,
    is_rehearsal: bool,
    version: i64,
) -> Result<()> {
    match loaded {
        Ok(loaded) => {
            let Counts {
                created,
                corrected,
                withdrawn,
                unchanged,
            } = loaded.counts;
            let told = json!({
                "written": !is_rehearsal,
                "created": created,
                "corrected": corrected,
                "withdrawn": withdrawn,
                "unchanged": unchanged,
                "version": version,
                "changes": loaded.planned,
                "more_changes": loaded.more,
                "not_in_package": loaded.beside,
                "found": loaded.problems,
            });
            say(told)?;
            Ok(())
        }
        Err(package::Error::Problems(problems)) => {
            say(format_args!(
                "{}",
                json!({ "written": false, "found": problems })
            ))?;
            Err(package::Error::Problems(problems).into())
        }
        Err(error) => Err(error.into()),
    }
}

fn export(settings: &Export) -> Result<()> {
    let database = open_to_read(&settings.database, 1)?;
    let records = package::export(&mut *database.connection()?, &settings.folder)?;
    say(format_args!(
        "{}: {records} records",
        printable_path(&settings.folder)
    ))?;
    Ok(())
}

fn make_up(settings: &Generate) -> Result<()> {
    let records = generate::generate(settings.measures as usize, settings.seed, &settings.folder)?;
    say(format_args!(
        "{}: {records} records",
        printable_path(&settings.folder)
    ))?;
    Ok(())
}

fn migrate(settings: &Migrate) -> Result<()> {
    let database = Database::open(&url(&settings.database)?, 1).map_err(of(DATABASE))?;
    match database.migrated() {
        0 => println!("the tables are those of this program: nothing to do"),
        migrated => println!("the tables are those of this program: {migrated} migrations run"),
    }
    Ok(())
}

fn back_up(settings: &Backup) -> Result<()> {
    let bytes = backup::back_up(&url(&settings.database)?, &settings.file)?;
    say(format_args!(
        "{}: {bytes} bytes",
        printable_path(&settings.file)
    ))?;
    Ok(())
}

async fn write_snapshot(settings: &Snapshot) -> Result<()> {
    try_temporary_files()?;
    let database = open_to_read(&settings.database, 4)?;
    let public_url = settings.public_url.as_deref().unwrap_or_default();
    let files = snapshot::write(database, &settings.folder, public_url).await?;
    say(format_args!(
        "{}: {files} files",
        printable_path(&settings.folder)
    ))?;
    Ok(())
}

/// The register of a command that only reads: as it is, since another version may be at work on it.
fn open_to_read(settings: &DatabaseUrl, connections: u32) -> Result<Database> {
    Ok(Database::open_read_only(&url(settings)?, connections).map_err(of(DATABASE))?)
}

/// Says which setting led to a database that cannot be opened.
fn of(setting: &'static str) -> impl Fn(database::Error) -> OfSetting {
    move |cause| OfSetting { setting, cause }
}

/// Whole files are written before they are sent. Without a folder for them the service would fail at the first.
fn try_temporary_files() -> Result<()> {
    if env::var_os("TMPDIR").is_some_and(|folder| folder.is_empty()) {
        // Said to be nowhere, it would be wherever the program was started.
        let _ = tempfile::env::override_temp_dir(Path::new("/tmp"));
    }
    tempfile::tempfile().map(drop).map_err(|error| {
        let folder = tempfile::env::temp_dir();
        format!(
            "no file can be made in the folder for temporary files, {}: {error}; \
             name a folder that this user may write in with TMPDIR",
            folder.display()
        )
        .into()
    })
}

fn url(settings: &DatabaseUrl) -> Result<String> {
    match &settings.database {
        Some(url) => Ok(url.clone()),
        None => default_url(),
    }
}

/// A file in the platform's data folder, which is made where it is not there.
fn default_url() -> Result<String> {
    let folder = choose_app_strategy(AppStrategyArgs {
        top_level_domain: "az".to_owned(),
        author: "aciqplan".to_owned(),
        app_name: "aciqplan".to_owned(),
    })?
    .data_dir();
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot make the folder {}: {error}", folder.display()))?;
    Ok(format!(
        "sqlite://{}",
        folder.join("register.sqlite").display()
    ))
}

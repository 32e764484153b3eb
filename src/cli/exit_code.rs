//! How a command says that it failed: the cause, what to do about it, and the exit code.

use crate::{
    cli::terminal::warn,
    database::{self, FailureKind, write::backup},
    language::printable::printable,
    package,
};

use std::{error::Error, process::ExitCode};

/// A database that a setting names and that cannot be opened.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {cause}")]
pub struct OfSetting {
    pub setting: &'static str,
    #[source]
    pub cause: database::Error,
}

/// Says on standard error what went wrong with a register. The exit code is one of `sysexits.h`
/// where a fault of the database or of a disk is the cause, and otherwise 1.
pub fn tell(error: &(dyn Error + 'static), register: &str) -> ExitCode {
    if let Some(package::Error::Problems(problems)) = error.downcast_ref() {
        for line in problems.lines() {
            warn(line);
        }
        warn(format_args!("aciqplan: {}", shown(error)));
        return ExitCode::FAILURE;
    }
    warn(format_args!("aciqplan: {}", shown(error)));
    let fault = match error.downcast_ref() {
        Some(backup::Error::Database(cause)) => FailureKind::of(cause),
        _ => FailureKind::of(error),
    };
    match (error.downcast_ref(), fault) {
        (Some(backup::Error::Postgres), _) => ExitCode::from(2),
        (Some(backup::Error::Exists(_)), _) => ExitCode::from(73),
        (_, Some(fault)) => {
            warn(format_args!("aciqplan: {}", advice(fault, register)));
            ExitCode::from(exit_code(fault))
        }
        (_, None) => ExitCode::FAILURE,
    }
}

/// The words of an error, line by line; a name or a value of others may stand in them.
fn shown(error: &(dyn Error + 'static)) -> String {
    let text = error.to_string();
    let lines: Vec<String> = text.lines().map(printable).collect();
    lines.join("\n")
}

fn advice(fault: FailureKind, register: &str) -> String {
    match fault {
        FailureKind::DiskFull => format!(
            "no space is left; the register ({register}) is as it was. Free some space on the disk and run this again."
        ),
        FailureKind::Disk => format!(
            "the disk of the register ({register}) is full or fails; the register is as it was. See how much space is free, and what the system's log says of the disk."
        ),
        FailureKind::ReadOnly => format!(
            "the register ({register}) can only be read, and is as it was. Allow this user to write the file and its folder, or give the primary server of PostgreSQL, where default_transaction_read_only must be off."
        ),
        FailureKind::NotOpened => format!(
            "the register ({register}) cannot be opened. See that its folder is there, and that this user may read and write in it; on a disk that can only be read give sqlite://file:PATH?immutable=1."
        ),
        FailureKind::Damaged => format!(
            "the register ({register}) is damaged, or another kind of file. Keep a copy of the file, and put a backup in its place."
        ),
        FailureKind::Locked => format!(
            "another program has been writing to the register ({register}) for long. Wait until it ends and run this again."
        ),
        FailureKind::Unreachable => format!(
            "the register ({register}) is not reached. See that the server runs, and that host, port, user and database in the URL are right, and that the role may have more than one connection."
        ),
        FailureKind::Pooler => format!(
            "the register ({register}) is reached through a pooler that loses prepared statements, as PgBouncer before 1.21 does in transaction mode. Take PgBouncer 1.21 or later with max_prepared_statements above 0, or session mode, or give the URL of PostgreSQL itself."
        ),
        FailureKind::Absent => {
            "`aciqplan load` makes a new register; to read one, give the path of a file that is there, as \
             sqlite://PATH with --database."
                .to_owned()
        }
        FailureKind::Encoding => {
            format!("the register ({register}) is as it was. Give the URL of a database in UTF8.")
        }
        FailureKind::Earlier => format!(
            "the register ({register}) is as it was. Who only reads or writes records makes no tables: its owner does, with `aciqplan migrate`."
        ),
        FailureKind::Later => format!(
            "the register ({register}) is as it was. Install the later version of this program, or give another register."
        ),
    }
}

/// From `sysexits.h`, so that whoever starts the program can tell what is worth trying again.
fn exit_code(fault: FailureKind) -> u8 {
    match fault {
        FailureKind::Damaged => 65,
        FailureKind::NotOpened | FailureKind::Absent => 66,
        FailureKind::Unreachable => 69,
        FailureKind::DiskFull | FailureKind::Disk => 74,
        FailureKind::Locked => 75,
        FailureKind::ReadOnly => 77,
        FailureKind::Later | FailureKind::Earlier | FailureKind::Pooler | FailureKind::Encoding => {
            78
        }
    }
}

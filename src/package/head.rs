//! The head of a file: whether it is text in UTF-8 at all, and what separates its cells. `rows` looks at it first.

use super::{
    csv_rows::{Cells, CsvRows},
    dialect::Dialect,
};
use crate::package::encoding;
use std::io::{self, BufReader, Cursor, Read};

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// How much of a file is looked at.
const HEAD: u64 = 64 << 10;

/// What a spreadsheet separates cells by.
const DELIMITERS: [u8; 3] = [b',', b';', b'\t'];

/// What files begin with that are no CSV in UTF-8, what they are, and what to do.
const OTHERS: [(&[u8], &str); 4] = [
    (b"PK\x03\x04", WORKBOOK),
    (&[0xD0, 0xCF, 0x11, 0xE0], WORKBOOK),
    (&[0x1F, 0x8B], "is compressed by gzip; unpack it"),
    (b"%PDF", "is a PDF; give a table as CSV"),
];
const WORKBOOK: &str =
    "is a workbook (or an archive) and no CSV; save each sheet as \"CSV UTF-8 (comma delimited)\"";

/// A file behind its head.
pub type Rest<'f> = io::Chain<Cursor<Vec<u8>>, BufReader<Box<dyn Read + 'f>>>;

/// A file that can be read, and what separates its cells.
pub struct Head<'f> {
    pub input: Rest<'f>,
    pub delimiter: u8,
}

/// Looks at the head of a file; the reason where it cannot be read.
///
/// `columns` are the names that its header may have.
pub fn look<'f>(
    input: Box<dyn Read + 'f>,
    dialect: &Dialect,
    columns: &[&str],
) -> Result<Head<'f>, String> {
    let mut input = BufReader::with_capacity(64 << 10, input);
    let mut head = Vec::new();
    let read = input.by_ref().take(HEAD).read_to_end(&mut head);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if let Some(what) = other_than_text(&head) {
        return Err(what);
    }
    let marks = head.chunks(3).take_while(|bytes| *bytes == BYTE_ORDER_MARK);
    let mut start = 3 * marks.count();
    let mut delimiter = dialect.delimiter;
    if let Some((length, named)) = separator_line(&head[start..]) {
        start += length;
        if delimiter.is_some_and(|delimiter| delimiter != named) {
            let named = shown(named);
            return Err(format!(
                "names {named} in its first line, and its dialect another; take the line out"
            ));
        }
        delimiter = Some(named);
    }
    let delimiter = match delimiter {
        Some(delimiter) => confirmed(delimiter, &head[start..], dialect, columns)?,
        None => detected(&head[start..], dialect, columns)?,
    };
    let mut cursor = Cursor::new(head);
    cursor.set_position(start as u64);
    Ok(Head {
        input: cursor.chain(input),
        delimiter,
    })
}

fn other_than_text(head: &[u8]) -> Option<String> {
    let known = OTHERS.iter().find(|(start, _)| head.starts_with(start));
    let encoding = || {
        let name = encoding::wide_encoding(head)?;
        let shown = if name == "UTF-16" {
            " (\"Unicode text\")"
        } else {
            ""
        };
        Some(format!(
            "is {name}{shown} and not UTF-8; save the file as \"CSV UTF-8 (comma delimited)\""
        ))
    };
    known.map(|(_, what)| (*what).to_owned()).or_else(encoding)
}

/// The length of a first line like `sep=;` by which a spreadsheet is told what separates cells, and that. Saved once
/// more, it may have become a row, as in `sep=;,,,`: then the cells are separated as that row is.
fn separator_line(head: &[u8]) -> Option<(usize, u8)> {
    let end = head.iter().position(|byte| matches!(byte, b'\n' | b'\r'))?;
    let line = &head[..end];
    let line: Vec<u8> = line.iter().copied().filter(|byte| *byte != b'"').collect();
    let (name, delimiters) = line.split_at_checked(4)?;
    let (delimiter, rest) = delimiters.split_last()?;
    let are_same = rest.iter().skip(1).all(|other| other == delimiter);
    if !(are_same && name.eq_ignore_ascii_case(b"sep=")) {
        return None;
    }
    let is_pair = head[end..].starts_with(b"\r\n");
    let is_fit = delimiter.is_ascii() && *delimiter != b'"';
    is_fit.then_some((end + 1 + usize::from(is_pair), *delimiter))
}

/// What separates the names of the header: that by which most are names of columns.
fn detected(head: &[u8], dialect: &Dialect, columns: &[&str]) -> Result<u8, String> {
    let mut found: Vec<(usize, usize, u8)> = Vec::new();
    for delimiter in DELIMITERS {
        let header = header(head, dialect, delimiter);
        let names = header.iter().filter(|name| columns.contains(name));
        found.push((names.count(), header.len(), delimiter));
    }
    found.sort_unstable_by_key(|(names, cells, _)| (usize::MAX - names, usize::MAX - cells));
    match found.as_slice() {
        [] | [(_, 1, _), ..] => Ok(b','), // nothing is separated
        [(names, _, one), (others, cells, other), ..] if names == others && *cells > 1 => {
            let (one, other) = (shown(*one), shown(*other));
            Err(format!(
                "has a header that {one} or {other} may separate; say which by `dialect.delimiter`"
            ))
        }
        [(_, _, delimiter), ..] => Ok(*delimiter),
    }
}

/// What the dialect says, where the header is not plainly separated by something else.
fn confirmed(named: u8, head: &[u8], dialect: &Dialect, columns: &[&str]) -> Result<u8, String> {
    let is_one =
        |cells: &Cells| cells.len() == 1 && cells.iter().all(|name| !columns.contains(&name));
    if is_one(&header(head, dialect, named))
        && let Ok(other) = detected(head, dialect, columns)
        && header(head, dialect, other).len() > 1
    {
        let (named, other) = (shown(named), shown(other));
        return Err(format!(
            "is separated by {other}, and is said to be separated by {named}; say {other} or leave it out"
        ));
    }
    Ok(named)
}

/// The names of the first row that has any, as far as they can be read.
fn header(head: &[u8], dialect: &Dialect, delimiter: u8) -> Cells {
    let mut rows = CsvRows::new(head, dialect, delimiter);
    let mut cells = Cells::default();
    while let Ok(true) = rows.read(&mut cells) {
        if !cells.are_empty() {
            break;
        }
    }
    cells
}

fn shown(delimiter: u8) -> String {
    match delimiter {
        b'\t' => "a tab".to_owned(),
        other => format!("`{}`", char::from(other).escape_default()),
    }
}

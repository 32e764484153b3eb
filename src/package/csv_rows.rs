//! A strict reader of CSV (RFC 4180): a state machine over the bytes of a file. `rows` reads tables by it.
//!
//! What other readers mend in silence is told: a quotation mark that is never closed, one within a cell,
//! text behind a closing one. Rows are counted as a spreadsheet counts them: an empty line is a row, and a
//! line end within quotation marks is none.

use super::dialect::Dialect;
use memchr::memchr;
use std::{
    io::{self, BufRead, ErrorKind},
    mem,
};

/// The longest cell, and the longest row, in bytes.
const MAX_CELL: usize = 1_000_000;
const MAX_ROW: usize = 8_000_000;
/// The most cells of a row: more than a spreadsheet has.
const MAX_CELLS: usize = 20_000;

/// Why a row cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    #[error("cannot be read: {0}")]
    Io(#[from] io::Error),
    #[error(
        "is not UTF-8, but likely in a Windows code page such as 1254 or 1251; save the file as \
         \"CSV UTF-8 (comma delimited)\""
    )]
    NotUtf8,
    #[error("ends within a letter: the file is cut; get it whole")]
    CutLetter,
    #[error("a cell has more than 1,000,000 bytes; is a quotation mark closed that opens it?")]
    TooLong,
    #[error("has more than 8,000,000 bytes")]
    TooLarge,
    #[error("has more than 20,000 cells")]
    TooWide,
    #[error("a quotation mark opens here that is never closed; {MARKS}")]
    Unclosed,
    #[error("text stands behind the quotation mark that closes a cell; {MARKS}")]
    BehindMark,
    #[error("a quotation mark stands in a cell that does not begin with one; {MARKS}")]
    StrayMark,
}

/// How RFC 4180 writes quotation marks.
const MARKS: &str = "a cell with such marks stands in a pair of them and has each of its own twice, \
                     like \"say \"\"yes\"\"\"";

impl Fault {
    /// Whether nothing behind the row can be read.
    pub fn is_last(&self) -> bool {
        matches!(
            self,
            Self::Io(_)
                | Self::NotUtf8
                | Self::CutLetter
                | Self::TooLong
                | Self::TooLarge
                | Self::TooWide
                | Self::Unclosed
        )
    }

    /// Whether one cell is at fault.
    pub fn is_of_a_cell(&self) -> bool {
        !matches!(
            self,
            Self::Io(_) | Self::NotUtf8 | Self::CutLetter | Self::TooLarge | Self::TooWide
        )
    }
}

/// The cells of a row.
#[derive(Default)]
pub struct Cells {
    text: String,
    /// Where each cell ends.
    ends: Vec<usize>,
}

impl Cells {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        let places = starts.zip(&self.ends);
        places.map(|(start, end)| &self.text[start..*end])
    }

    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// Whether there is nothing in any of them, or blanks.
    pub fn are_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }
}

impl<'c> IntoIterator for &'c Cells {
    type Item = &'c str;
    type IntoIter = Box<dyn Iterator<Item = &'c str> + 'c>;

    fn into_iter(self) -> Self::IntoIter {
        Box::new(self.iter())
    }
}

/// Reads the rows of a file.
pub struct CsvRows<R> {
    input: R,
    machine: Machine,
    row: usize,
}

impl<R: BufRead> CsvRows<R> {
    pub fn new(input: R, dialect: &Dialect, delimiter: u8) -> Self {
        let machine = Machine {
            delimiter,
            quote: dialect.quote,
            skips_initial_space: dialect.skips_initial_space,
            state: State::Start,
            is_behind_return: false,
            is_at_end: false,
            fault: None,
            bytes: Vec::new(),
            ends: Vec::new(),
        };
        Self {
            input,
            machine,
            row: 0,
        }
    }

    /// The number of the row that was read last.
    pub fn row(&self) -> usize {
        self.row
    }

    /// What separates cells.
    pub fn delimiter(&self) -> u8 {
        self.machine.delimiter
    }

    /// Whether the row that was read last ended with the file, and not with a line end.
    pub fn ended_with_file(&self) -> bool {
        self.machine.is_at_end
    }

    /// Puts the next row into `cells`; `false` where there is none.
    ///
    /// The cells of a row with a mistake are those up to it.
    pub fn read(&mut self, cells: &mut Cells) -> Result<bool, (usize, Fault)> {
        self.row += 1;
        let machine = &mut self.machine;
        machine.begin(cells);
        let mut is_empty = true;
        loop {
            let buffer = match self.input.fill_buf() {
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                buffer => buffer.map_err(|error| (0, error.into()))?,
            };
            if buffer.is_empty() {
                if is_empty {
                    return Ok(false);
                }
                machine.end_file();
                break;
            }
            let (used, is_over) = machine.read(buffer);
            self.input.consume(used);
            is_empty &= machine.is_at_start();
            if is_over {
                break;
            }
        }
        self.machine.finish(cells).map(|()| true)
    }
}

/// Where in a row the next byte stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    /// At the start of a cell.
    Start,
    /// In a cell without quotation marks, or behind a mistake in one with them.
    Bare,
    Quoted,
    /// Behind a quotation mark of a quoted cell: the closing one, or the first of two.
    Mark,
}

struct Machine {
    delimiter: u8,
    quote: u8,
    skips_initial_space: bool,
    state: State,
    /// Whether the line feed that may come next belongs to the end of the row before.
    is_behind_return: bool,
    /// Whether the row ended with the file.
    is_at_end: bool,
    /// The first mistake of the row, and the cell that it stands in.
    fault: Option<(usize, Fault)>,
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Machine {
    /// Takes over the room of the cells for the next row.
    fn begin(&mut self, cells: &mut Cells) {
        cells.clear();
        self.bytes = mem::take(&mut cells.text).into_bytes();
        self.ends = mem::take(&mut cells.ends);
        self.state = State::Start;
        self.fault = None;
    }

    /// Gives the cells of the row.
    fn finish(&mut self, cells: &mut Cells) -> Result<(), (usize, Fault)> {
        cells.ends = mem::take(&mut self.ends);
        match String::from_utf8(mem::take(&mut self.bytes)) {
            Ok(text) => cells.text = text,
            Err(error) => {
                cells.ends.clear();
                let is_begun = error.utf8_error().error_len().is_none();
                let is_cut = is_begun && self.is_at_end;
                return Err((
                    0,
                    if is_cut {
                        Fault::CutLetter
                    } else {
                        Fault::NotUtf8
                    },
                ));
            }
        }
        if cells
            .ends
            .iter()
            .any(|end| !cells.text.is_char_boundary(*end))
        {
            cells.clear(); // two cells that are letters only side by side
            return Err((0, Fault::NotUtf8));
        }
        self.fault.take().map_or(Ok(()), Err)
    }

    /// Whether nothing of the row was met so far.
    fn is_at_start(&self) -> bool {
        self.state == State::Start && self.ends.is_empty()
    }

    /// How many of the bytes were read, and whether they ended the row.
    fn read(&mut self, buffer: &[u8]) -> (usize, bool) {
        let mut place = 0;
        if mem::take(&mut self.is_behind_return) && buffer[0] == b'\n' {
            place = 1;
        }
        while let Some(&byte) = buffer.get(place) {
            let rest = &buffer[place..];
            match self.state {
                State::Start if byte == b' ' && self.skips_initial_space => place += 1,
                State::Start if byte == self.quote => {
                    self.state = State::Quoted;
                    place += 1;
                }
                State::Start => self.state = State::Bare,
                State::Bare => {
                    let length = rest.iter().position(|byte| self.is_special(*byte));
                    let length = length.unwrap_or(rest.len());
                    self.take(&rest[..length]);
                    place += length;
                    if let Some(&byte) = rest.get(length) {
                        place += 1;
                        if self.end_bare(byte) {
                            return (place, true);
                        }
                    }
                }
                State::Quoted => {
                    let length = memchr(self.quote, rest).unwrap_or(rest.len());
                    self.take(&rest[..length]);
                    place += length;
                    if length < rest.len() {
                        self.state = State::Mark;
                        place += 1;
                    }
                }
                State::Mark if byte == self.quote => {
                    self.take(&[byte]);
                    self.state = State::Quoted;
                    place += 1;
                }
                State::Mark => {
                    if !self.is_special(byte) {
                        self.note(Fault::BehindMark);
                    }
                    self.state = State::Bare;
                }
            }
            if matches!(
                self.fault,
                Some((_, Fault::TooLong | Fault::TooLarge | Fault::TooWide))
            ) {
                return (place, true);
            }
        }
        (place, false)
    }

    fn is_special(&self, byte: u8) -> bool {
        byte == self.delimiter || byte == self.quote || byte == b'\n' || byte == b'\r'
    }

    /// What a special byte does behind a cell without quotation marks; whether it ends the row.
    fn end_bare(&mut self, byte: u8) -> bool {
        if byte == self.quote {
            self.note(Fault::StrayMark);
            self.take(&[byte]);
            return false;
        }
        if self.ends.len() == MAX_CELLS {
            self.note(Fault::TooWide);
        }
        self.ends.push(self.bytes.len());
        self.state = State::Start;
        self.is_behind_return = byte == b'\r';
        byte != self.delimiter
    }

    fn end_file(&mut self) {
        self.is_at_end = true;
        if self.state == State::Quoted {
            self.note(Fault::Unclosed);
        }
        self.ends.push(self.bytes.len());
    }

    fn take(&mut self, bytes: &[u8]) {
        let start = self.ends.last().copied().unwrap_or(0);
        if self.bytes.len() - start + bytes.len() > MAX_CELL {
            self.note(Fault::TooLong);
        } else if self.bytes.len() + bytes.len() > MAX_ROW {
            self.note(Fault::TooLarge);
        } else {
            self.bytes.extend_from_slice(bytes);
        }
    }

    fn note(&mut self, fault: Fault) {
        let cell = self.ends.len();
        if self.fault.is_none() || fault.is_last() {
            self.fault = Some((cell, fault));
        }
    }
}

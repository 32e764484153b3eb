//! The cells of a sheet: typed, fitting, and never a formula.

use crate::{
    api::export::table::Column,
    database::model::resource::Kind,
    package::{cell, fitting},
};
use rust_xlsxwriter::{ColNum, ExcelDateTime, Format, FormatAlign, RowNum, Worksheet, XlsxError};
use serde_json::Value as Json;

/// How cells look.
pub struct Formats {
    pub header: Format,
    pub wrapped: Format,
    date: Format,
    moment: Format,
}

impl Formats {
    pub fn new() -> Self {
        Self {
            header: Format::new().set_bold(),
            wrapped: Format::new().set_text_wrap().set_align(FormatAlign::Top),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            moment: Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"),
        }
    }
}

/// Wide enough to see what a column holds, narrow enough to see several.
pub fn width(column: &Column) -> f64 {
    let content: usize = match column.kind {
        Kind::Text | Kind::TextList => 45,
        Kind::Id => 26,
        Kind::Timestamp => 19,
        Kind::Enum(_) => 16,
        Kind::Date => 11,
        Kind::Country | Kind::Integer => 8,
    };
    let button = 3; // of the filter, beside the name
    let width = content.max(column.name.chars().count() + button);
    u32::try_from(width).map_or(50.0, f64::from)
}

/// Writes a value as what its column holds.
pub fn write_cell(
    sheet: &mut Worksheet,
    formats: &Formats,
    (row, column): (RowNum, ColNum),
    kind: &Kind,
    value: &Json,
) -> Result<(), XlsxError> {
    let text = value.as_str().unwrap_or_default();
    match (kind, value) {
        (_, Json::Null) => {}
        (_, Json::Number(number)) => {
            let number = number.as_f64().unwrap_or_default();
            sheet.write_number(row, column, number)?;
        }
        (Kind::Date | Kind::Timestamp, _) if is_counted(text) => {
            let format = match kind {
                Kind::Date => &formats.date,
                _ => &formats.moment,
            };
            let moment = ExcelDateTime::parse_from_str(text)?;
            sheet.write_datetime_with_format(row, column, &moment, format)?;
        }
        _ => {
            // A text is never read as a formula, a number or a link.
            sheet.write_string(row, column, fitting(&cell(value)))?;
        }
    }
    Ok(())
}

/// The first day that spreadsheets count alike: Excel counts a 29 February 1900 that never was, and others begin
/// a day before it. What is earlier is written as a text.
const FIRST_DAY: &str = "1900-03-01";

/// Whether a date or a moment is the same day to all spreadsheets as a number.
fn is_counted(text: &str) -> bool {
    text >= FIRST_DAY && ExcelDateTime::parse_from_str(text).is_ok()
}

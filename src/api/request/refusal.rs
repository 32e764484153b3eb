//! Refusals of parameters: a code for programs, words for people, and what would be right.
//!
//! Whoever reads a parameter tells what is wrong with a value; the name is added where the parameters are read.

use crate::database::{
    model::validation::{Hint, listed, nearest_hint},
    search::WrongQuery,
};
use serde::Serialize;
use utoipa::ToSchema;

/// The longest value that a problem repeats, in characters.
const MAX_SHOWN: usize = 200;

/// What kind of mistake a parameter has. `unknown_parameter`: there is no parameter of this name.
/// `unknown_value`: it is none of those there are: no id, word, field, country or language. `not_a_number`,
/// `not_a_date`, `not_true_or_false`: it is to be one. `out_of_range`: a number that is too small or too large.
/// `too_long`: it has too many characters or words. `too_short`: a beginning has too few letters. `too_many_values`: more than one filter takes. `given_twice`: the
/// parameter stands twice in the address. `no_value`: it stands there without a value. `missing`: it is required
/// here. `not_taken`: it belongs to another format of the same records. `contradiction`: it does not go with another
/// parameter. `too_much`: more would match, or be included, than the answer can hold. `malformed`: it cannot be read at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ParameterErrorCode)]
pub enum Code {
    UnknownParameter,
    UnknownValue,
    NotANumber,
    NotADate,
    NotTrueOrFalse,
    OutOfRange,
    TooLong,
    TooShort,
    TooManyValues,
    GivenTwice,
    NoValue,
    Missing,
    NotTaken,
    Contradiction,
    TooMuch,
    Malformed,
}

/// What is wrong with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wrong {
    code: Code,
    reason: String,
    /// The part that is wrong; `None` where all of it is.
    value: Option<String>,
    suggestion: Option<String>,
}

impl Wrong {
    pub fn new(code: Code, reason: impl Into<String>) -> Self {
        Self {
            code,
            reason: reason.into(),
            value: None,
            suggestion: None,
        }
    }

    /// A word that is not on the list of those there are.
    pub fn word<T: AsRef<str>>(word: &str, known: &[T]) -> Self {
        let hint = nearest_hint(word, known);
        let reason = format!("`{word}` is none of {}{hint}", listed(known));
        Self::unknown(word, reason, hint)
    }

    /// A value that is none of those there are.
    pub fn unknown(value: &str, reason: impl Into<String>, hint: Hint) -> Self {
        Self::new(Code::UnknownValue, reason)
            .of(value)
            .suggesting(hint.meant)
    }

    /// Names the part of the value that is wrong.
    #[must_use]
    pub fn of(mut self, value: impl Into<String>) -> Self {
        self.value = Some(value.into());
        self
    }

    #[must_use]
    pub fn suggesting(mut self, suggestion: Option<impl Into<String>>) -> Self {
        self.suggestion = suggestion.map(Into::into);
        self
    }
}

impl From<WrongQuery> for Wrong {
    fn from(wrong: WrongQuery) -> Self {
        match wrong {
            WrongQuery::TooLong(reason) => Self::new(Code::TooLong, reason),
            WrongQuery::TooShort(reason) => Self::new(Code::TooShort, reason),
        }
    }
}

/// One parameter that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct WrongParameter {
    /// Its name.
    #[schema(example = "agency")]
    pub parameter: String,
    /// The kind of mistake; these words do not change.
    #[schema(inline = false)]
    pub code: Code,
    /// What is wrong with it, and what would be right.
    #[schema(
        example = "`maliye-nazirliyi` is no id of agencies; did you mean `maliyye-nazirliyi`?"
    )]
    pub reason: String,
    /// What was sent: of several values the one that is wrong, where that is known. It ends with `…` where it
    /// has more than 200 characters, and is null where nothing was sent.
    #[schema(example = "maliye-nazirliyi", required = true)]
    pub value: Option<String>,
    /// What to send instead, where that can be told: the name of a parameter where the code is
    /// `unknown_parameter`, else a value.
    #[schema(example = "maliyye-nazirliyi", required = true)]
    pub suggestion: Option<String>,
}

impl WrongParameter {
    pub fn new(parameter: &str, wrong: Wrong) -> Self {
        let Wrong {
            code,
            reason,
            value,
            suggestion,
        } = wrong;
        Self {
            parameter: parameter.to_owned(),
            code,
            reason,
            value,
            suggestion,
        }
    }

    /// Tells what was sent, where whoever refused it had no part of it to name.
    pub fn tell_value(&mut self, query: &str) {
        if self.value.is_none() && self.code != Code::Missing {
            self.value = sent(query, &self.parameter);
        }
        if let Some(value) = &mut self.value
            && let Some((end, _)) = value.char_indices().nth(MAX_SHOWN)
        {
            value.truncate(end);
            value.push('…');
        }
    }
}

/// So many mistakes are told in one problem; of the rest, how many there are.
pub const MOST_WRONG: usize = 20;

/// Wrong parameters one after the other, for people.
pub fn describe(wrong: &[WrongParameter]) -> String {
    let each = wrong.iter().take(MOST_WRONG).map(|wrong| {
        let end = if wrong.reason.ends_with('?') { "" } else { "." };
        format!("`{}`: {}{end}", wrong.parameter, wrong.reason)
    });
    let told = each.collect::<Vec<_>>().join(" ");
    match wrong.len().saturating_sub(MOST_WRONG) {
        0 => told,
        1 => format!("{told} 1 more is wrong."),
        rest => format!("{told} {rest} more are wrong."),
    }
}

/// The value that was sent for a parameter, whatever it is; `None` where it was not sent.
pub fn sent(query: &str, name: &str) -> Option<String> {
    let mut given = form_urlencoded::parse(query.as_bytes());
    let (_, value) = given.find(|(other, _)| other == name)?;
    Some(value.into_owned())
}

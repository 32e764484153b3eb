//! Names of months as spreadsheets write them, whole and cut short: a lexicon for `damage` and `spreadsheet`.

/// Names of months, folded: English, Azerbaijani, Turkish, Russian.
const MONTHS: [&str; 60] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "yanvar",
    "fevral",
    "mart",
    "aprel",
    "iyun",
    "iyn",
    "iyul",
    "iyl",
    "avqust",
    "sentyabr",
    "oktyabr",
    "noyabr",
    "dekabr",
    "ocak",
    "subat",
    "nisan",
    "mayis",
    "haziran",
    "temmuz",
    "agustos",
    "eylul",
    "ekim",
    "kasim",
    "aralik",
    "январь",
    "января",
    "февраль",
    "февраля",
    "март",
    "марта",
    "апрель",
    "апреля",
    "маи",
    "мая",
    "июнь",
    "июня",
    "июль",
    "июля",
    "август",
    "августа",
    "сентябрь",
    "сентября",
    "октябрь",
    "октября",
    "ноябрь",
    "ноября",
    "декабрь",
    "декабря",
];

/// The fewest letters of a month that is cut short: `Mar`, `Sept`, `янв`.
const SHORTEST: usize = 3;

/// Whether a word, folded, is the name of a month or the beginning of one.
pub fn is_month(word: &str) -> bool {
    word.chars().count() >= SHORTEST && MONTHS.iter().any(|month| month.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::is_month;
    use crate::language::fold;

    #[test]
    fn a_month_is_known_by_its_first_letters() {
        for word in [
            "Nov", "noy", "Sept", "нояб", "мая", "Şub", "ağustos", "İyul", "DEK",
        ] {
            assert!(is_month(&fold(word)), "{word}");
        }
        for word in ["ma", "plan", "marş", "novel", "дека бря", ""] {
            assert!(!is_month(&fold(word)), "{word}");
        }
    }
}

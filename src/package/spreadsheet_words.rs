//! A vocabulary of spreadsheets: months, truths and errors, by language. `dates`, `damage` and `spreadsheet` look words
//! up in it, so that what is told on the way in is what is guarded on the way out.

use crate::language::fold;
use std::sync::LazyLock;

/// A language, and its words.
type Words = (&'static str, &'static str);

/// Names of months, in the forms that dates have, and what shortens none of them.
const MONTHS: [Words; 6] = [
    (
        "az",
        "yanvar fevral mart aprel may iyun iyn iyul iyl avqust sentyabr oktyabr noyabr dekabr",
    ),
    (
        "de",
        "januar jänner februar märz mrz april mai juni juli august september oktober november dezember",
    ),
    (
        "en",
        "january february march april may june july august september october november december",
    ),
    (
        "fr",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    ),
    (
        "ru",
        "январь января февраль февраля март марта апрель апреля май мая июнь июня июль июля август августа \
         сентябрь сентября октябрь октября ноябрь ноября декабрь декабря",
    ),
    (
        "tr",
        "ocak şubat mart nisan mayıs haziran temmuz ağustos eylül ekim kasım aralık",
    ),
];

const TRUTHS: [Words; 6] = [
    ("az", "doğru yalan"),
    ("de", "wahr falsch"),
    ("en", "true false"),
    ("fr", "vrai faux"),
    ("ru", "истина ложь"),
    ("tr", "doğru yanlış"),
];

/// What stands behind `#` in place of a value.
const ERRORS: [Words; 10] = [
    (
        "de",
        "BEZUG! NAME? WERT! DIV/0! NV ZAHL! NULL! ÜBERLAUF! KALK! FELD!",
    ),
    (
        "en",
        "REF! NAME? VALUE! DIV/0! N/A NUM! NULL! SPILL! CALC! FIELD! BLOCKED! CONNECT! BUSY! UNKNOWN! EXTERNAL! \
         ERROR! MACRO? ADDIN? GETTING_DATA",
    ),
    (
        "es",
        "¡REF! ¿NOMBRE? ¡VALOR! ¡DIV/0! N/D ND ¡NUM! ¡NULO! ¡DESBORDAMIENTO! ¡CALC! ¡CAMPO!",
    ),
    (
        "fr",
        "REF! NOM? VALEUR! DIV/0! N/A NOMBRE! NUL! PROPAGATION! EPARS! CALC! CHAMP!",
    ),
    (
        "it",
        "RIF! NOME? VALORE! DIV/0! N/D NUM! NULLO! ESPANSIONE!",
    ),
    (
        "nl",
        "VERW! NAAM? WAARDE! DEEL/0! N/B GETAL! LEEG! OVERLOOP!",
    ),
    (
        "pl",
        "ADR! NAZWA? ARG! DZIEL/0! N/D LICZBA! ZERO! ROZLANIE!",
    ),
    ("pt", "REF! NOME? VALOR! DIV/0! N/D NÚM! NULO! DESPEJAR!"),
    (
        "ru",
        "ССЫЛКА! ИМЯ? ЗНАЧ! ДЕЛ/0! Н/Д ЧИСЛО! ПУСТО! ПЕРЕНОС! ВЫЧИСЛ! ПОЛЕ!",
    ),
    ("tr", "BAŞV! AD? DEĞER! SAYI/0! YOK SAYI! BOŞ! TAŞMA! ALAN!"),
];

/// What stands before the number of an error: `Err:502`.
const NUMBERED_ERRORS: [&str; 6] = ["Err", "Erreur", "Fehler", "Hata", "Xəta", "Ошибка"];

/// The fewest letters of a month that is cut short: `Mar`, `Sept`, `янв`.
const SHORTEST_MONTH: usize = 3;

static FOLDED_MONTHS: LazyLock<Vec<String>> = LazyLock::new(|| folded(&MONTHS));
static FOLDED_TRUTHS: LazyLock<Vec<String>> = LazyLock::new(|| folded(&TRUTHS));

fn folded(words: &[Words]) -> Vec<String> {
    let words = words.iter().flat_map(|(_, words)| words.split(' '));
    words.map(fold).collect()
}

/// Whether a folded word names a month, whole or cut short.
pub fn is_month(word: &str) -> bool {
    let mut months = FOLDED_MONTHS.iter();
    word.chars().count() >= SHORTEST_MONTH && months.any(|month| month.starts_with(word))
}

/// Whether a folded word is `true` or `false`.
pub fn is_truth(word: &str) -> bool {
    FOLDED_TRUTHS.iter().any(|truth| truth == word)
}

/// `#REF!`, `#N/A`, `#####`, `Err:502`: whether a spreadsheet shows the text in place of a value.
pub fn is_error(text: &str) -> bool {
    if let Some((word, number)) = text.split_once(':') {
        let is_number = number.len() == 3 && number.bytes().all(|c| c.is_ascii_digit());
        return is_number && NUMBERED_ERRORS.contains(&word);
    }
    let Some(name) = text.strip_prefix('#') else {
        return false;
    };
    let is_filled = name.len() > 1 && name.bytes().all(|c| c == b'#');
    let mut errors = ERRORS.iter().flat_map(|(_, errors)| errors.split(' '));
    is_filled || errors.any(|error| error == name)
}

#[cfg(test)]
mod tests {
    use super::is_month;
    use crate::language::fold;

    #[test]
    fn a_month_is_known_by_its_first_letters() {
        for word in [
            "Nov", "noy", "Sept", "нояб", "мая", "Şub", "ağustos", "İyul", "DEK", "Mrz", "févr",
        ] {
            assert!(is_month(&fold(word)), "{word}");
        }
        for word in ["ma", "plan", "marşrut", "novel", "дека бря", ""] {
            assert!(!is_month(&fold(word)), "{word}");
        }
    }
}

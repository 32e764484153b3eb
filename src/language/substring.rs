//! What a piece cut out of a text tells of the words of the whole text.

use crate::language::{
    fold,
    stem::{may_be_in_ending, may_begin_ending},
    tokenize::{LONGEST, is_mark, joins_numbers, spans},
};

/// What holds of the words of every text that a piece stands in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// The text has these words side by side.
    pub words: Vec<String>,
    /// The text has a word that begins with each of these.
    pub beginnings: Vec<String>,
    /// The text has a word with each of these somewhere in it.
    pub parts: Vec<String>,
}

/// What a piece tells of a text that begins, or ends, where the piece does.
pub fn told(piece: &str, begins: bool, ends: bool) -> Told {
    let folded = fold(piece);
    let chunks: Vec<&str> = folded.split(char::is_whitespace).collect();
    let mut told = Told::default();
    for (at, chunk) in chunks.iter().enumerate() {
        told.add(chunk, begins || at > 0, ends || at + 1 < chunks.len());
    }
    told
}

impl Told {
    /// Adds what stands between blanks. At an open end other letters may follow, and they decide whether a full
    /// stop joins, and whether what is there is a word or an ending set off, which is no word.
    fn add(&mut self, chunk: &str, begins: bool, ends: bool) {
        let first = if begins {
            0
        } else {
            chunk.find(separates).unwrap_or(chunk.len())
        };
        let last = if ends {
            chunk.len()
        } else {
            let mut signs = chunk.char_indices();
            let sign = signs.rfind(|(_, sign)| separates(*sign));
            sign.map_or(0, |(at, sign)| at + sign.len_utf8())
        };
        // Behind an open beginning the first mark may set an ending off: it does behind this sign.
        let sign = if begins { "" } else { "#" };
        for (place, word) in spans(&format!("{sign}{chunk}")) {
            if place.start >= first + sign.len() && place.end <= last + sign.len() {
                self.words.push(word);
            }
        }
        if !begins {
            self.add_part(&chunk[..first]);
        }
        if !ends && (begins || last > 0) {
            let is_set_off = chunk[..last].ends_with(is_mark);
            self.add_beginning(&chunk[last..], is_set_off);
        }
    }

    fn add_beginning(&mut self, letters: &str, is_set_off: bool) {
        let run = runs(letters).swap_remove(0);
        if run.is_empty() {
            self.add_part(letters);
        } else if !(is_set_off && may_begin_ending(&run)) {
            self.beginnings.push(run.chars().take(LONGEST).collect());
        }
    }

    fn add_part(&mut self, letters: &str) {
        let mut runs = runs(letters);
        runs.retain(|run| !run.is_empty() && !may_be_in_ending(run));
        self.parts.extend(runs.into_iter().max_by_key(String::len));
    }
}

/// Whether a sign ends a word whatever stands around it.
fn separates(sign: char) -> bool {
    !sign.is_alphanumeric() && sign != '.'
}

/// What belongs together of letters, digits and full stops, whatever stands around them: at least one text.
fn runs(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    let mut runs = Vec::new();
    let mut run = String::new();
    for (at, letter) in letters.iter().enumerate() {
        if *letter == '.' && !joins_numbers(&letters, at) {
            runs.push(std::mem::take(&mut run));
        } else {
            run.push(*letter);
        }
    }
    runs.push(run);
    runs
}

#[cfg(test)]
mod tests {
    use crate::language::substring::{Told, told};
    use crate::language::{fold, tokenize::words};

    fn expected(words: &[&str], beginnings: &[&str], parts: &[&str]) -> Told {
        let owned = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
        Told {
            words: owned(words),
            beginnings: owned(beginnings),
            parts: owned(parts),
        }
    }

    #[test]
    fn whole_words_stand_between_blanks_and_the_ends_are_open() {
        let text = "Dövlət orqanlarının fəaliyyəti";
        let [dovlet, orqan, fealiyyeti] = ["dovlet", "orqanlarinin", "fealiyyeti"];
        let whole = expected(&[dovlet, orqan, fealiyyeti], &[], &[]);
        assert_eq!(told(text, true, true), whole);
        let beginning = expected(&[dovlet, orqan], &[fealiyyeti], &[]);
        assert_eq!(told(text, true, false), beginning);
        let anywhere = expected(&[orqan], &[fealiyyeti], &[dovlet]);
        assert_eq!(told(text, false, false), anywhere);
        assert_eq!(told("qwxz", false, false), expected(&[], &[], &["qwxz"]));
        assert_eq!(told(" qwxz ", false, false), expected(&["qwxz"], &[], &[]));
        assert_eq!(told(" -, ", false, false), Told::default());
    }

    #[test]
    fn an_ending_that_may_be_set_off_tells_nothing() {
        let tells_nothing = |piece, begins| {
            assert_eq!(told(piece, begins, false), Told::default(), "{piece}");
        };
        tells_nothing("lərin", false); // of `QHT-lərin`
        tells_nothing("-lərin", false);
        tells_nothing("”nın", false);
        let qht = expected(&["qht"], &[], &[]);
        assert_eq!(told("QHT-lər", true, false), qht);
        assert_eq!(told("QHT-lərin ", true, false), qht);
        assert_eq!(told("-lərin ", false, false), Told::default());
        assert_eq!(told("lərin", true, false), expected(&[], &["lerin"], &[]));
        let set_off = expected(&["qht"], &["lerimiz"], &[]);
        assert_eq!(told("QHT-lərimiz", true, false), set_off);
    }

    #[test]
    fn a_full_stop_at_an_open_end_may_join_or_not() {
        assert_eq!(told("2.11", true, false), expected(&[], &["2.11"], &[]));
        assert_eq!(told("4.", true, false), expected(&[], &["4"], &[]));
        assert_eq!(told("qanun.a", true, false), expected(&[], &["qanun"], &[]));
        assert_eq!(
            told("qanun.az", true, true),
            expected(&["qanun.az"], &[], &[])
        );
        assert_eq!(
            told(".etender", true, false),
            expected(&[], &[], &["etender"])
        );
        assert_eq!(told("qx.zwx.", false, false), expected(&[], &[], &["zwx"]));
    }

    #[test]
    fn what_is_folded_stays_when_it_is_folded_again() {
        for letter in '\0'..=char::MAX {
            let once = fold(&letter.to_string());
            assert_eq!(fold(&once), once, "{letter:?}");
        }
    }

    /// Whatever is cut out of a text tells what holds of the text.
    #[test]
    fn every_piece_of_a_text_tells_the_truth() {
        let text = "“161-Qaynar xətt”-in QHT-lərin, e-qanun.azad qanun.az 2.11-ci 4.1.a ─da (“Siyahısı”nın) x.y";
        let all = words(text);
        let places: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        let mut count = 0;
        for &from in &places {
            for &to in places.iter().chain([&text.len()]).filter(|&&to| to > from) {
                for (begins, ends) in [(from == 0, to == text.len()), (false, false)] {
                    let told = told(&text[from..to], begins, ends);
                    let has = |holds: &dyn Fn(&String) -> bool| all.iter().any(holds);
                    let piece = &text[from..to];
                    let mut rows = all.windows(told.words.len().max(1));
                    assert!(
                        told.words.is_empty() || rows.any(|row| row == told.words),
                        "{piece}: {told:?}"
                    );
                    let mut begun = told.beginnings.iter();
                    assert!(
                        begun.all(|start| has(&|word| word.starts_with(start))),
                        "{piece}: {told:?}"
                    );
                    let mut parts = told.parts.iter();
                    assert!(
                        parts.all(|part| has(&|word| word.contains(part))),
                        "{piece}: {told:?}"
                    );
                    count += usize::from(told != Told::default());
                }
            }
        }
        assert!(count > 3000, "{count}");
    }
}

//! Citations in prose, as BibTeX and as CSL-JSON.

use crate::api::handlers::citation::{Citation, CitationForm};
use chrono::Datelike;
use serde_json::{Map, Value as Json, json};

impl Citation {
    pub fn write(&self, form: CitationForm) -> String {
        match form {
            CitationForm::Text => format!("{}\n", self.text),
            CitationForm::Bibtex => self.bibtex(),
            CitationForm::CslJson => Json::Array(vec![Json::Object(self.csl_json())]).to_string(),
        }
    }

    /// The citation of a record in prose.
    pub fn sentence(&self) -> String {
        let register = self.register.as_deref().unwrap_or_default();
        let licence = self.licence.as_deref().unwrap_or("no licence given");
        let source = self.source.as_ref();
        let source = source.map_or_else(String::new, |source| format!(" Source: {source}."));
        let day = self
            .day()
            .map_or_else(String::new, |day| format!(", {day}"));
        let (title, version, url) = (quoted(&self.title), self.version, &self.url);
        format!("{title} {register}. Version {version}{day}. {url} ({licence}).{source}")
    }

    /// The day of the version.
    fn day(&self) -> Option<String> {
        self.at.map(|at| at.format("%Y-%m-%d").to_string())
    }

    /// The licence and the document, for forms that have no place of their own for them.
    fn note(&self) -> Option<String> {
        let licence = self
            .licence
            .as_ref()
            .map(|name| format!("Licence: {name}."));
        let source = self
            .source
            .as_ref()
            .map(|source| format!("Source: {source}."));
        let parts: Vec<String> = [licence, source].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    fn bibtex(&self) -> String {
        let mut fields = vec![("title", format!("{{{}}}", escaped(&self.title)))];
        let mut add = |name, value: Option<String>| {
            fields.extend(value.map(|value| (name, escaped(&value))));
        };
        let in_register = self.register.as_ref();
        add(
            "howpublished",
            in_register.map(|title| format!("In: {title}")),
        );
        add("publisher", self.publisher.clone());
        add("year", self.at.map(|at| at.year().to_string()));
        add("month", self.at.map(|at| at.month().to_string()));
        add("day", self.at.map(|at| at.day().to_string()));
        add("version", Some(self.version.to_string()));
        add("language", self.language.clone());
        add("note", self.note());
        // The address is read as it stands; braces are all that could break out of it.
        let url = self.url.replace('{', "%7B").replace('}', "%7D");
        fields.push(("url", url));
        let fields = fields
            .iter()
            .map(|(name, value)| format!("  {name} = {{{value}}},\n"));
        let fields: String = fields.collect();
        format!("@misc{{{},\n{fields}}}\n", key(&self.key))
    }

    fn csl_json(&self) -> Map<String, Json> {
        let mut item = Map::new();
        let mut add = |name: &str, value: Option<Json>| {
            item.extend(value.map(|value| (name.to_owned(), value)));
        };
        let text = |text: &Option<String>| text.clone().map(Json::from);
        add("id", Some(self.url.clone().into()));
        add("type", Some("dataset".into()));
        add("title", Some(self.title.clone().into()));
        add("container-title", text(&self.register));
        add("publisher", text(&self.publisher));
        add("version", Some(self.version.to_string().into()));
        let issued = self
            .at
            .map(|at| json!({ "date-parts": [[at.year(), at.month(), at.day()]] }));
        add("issued", issued);
        add("URL", Some(self.url.clone().into()));
        add("language", text(&self.language));
        add("note", text(&self.note()));
        item
    }
}

/// A title in quotation marks, ended by a full stop; a title with marks of its own keeps them.
fn quoted(title: &str) -> String {
    format!("\u{201c}{title}\u{201d}.")
}

/// A key of letters, digits, `-`, `.` and `_`.
fn key(text: &str) -> String {
    let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let plain: String = text.chars().filter(|letter| is_plain(*letter)).collect();
    if plain.is_empty() {
        "register".to_owned()
    } else {
        plain
    }
}

/// A text that TeX prints as it is. Braces become commands: BibTeX counts them even behind `\`.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '\\' => escaped.push_str("\\textbackslash{}"),
            '{' => escaped.push_str("\\textbraceleft{}"),
            '}' => escaped.push_str("\\textbraceright{}"),
            '~' => escaped.push_str("\\textasciitilde{}"),
            '^' => escaped.push_str("\\textasciicircum{}"),
            '$' | '&' | '#' | '_' | '%' => escaped.extend(['\\', letter]),
            '\n' => escaped.push(' '),
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use crate::api::handlers::citation::forms::{escaped, key};

    #[test]
    fn nothing_in_a_text_means_anything_to_tex() {
        assert_eq!(
            escaped(r"50% of {A} & B_1 \ $2 #3 ~ ^"),
            r"50\% of \textbraceleft{}A\textbraceright{} \& B\_1 \textbackslash{} \$2 \#3 \textasciitilde{} \textasciicircum{}"
        );
        assert_eq!(escaped("şəffaflıq"), "şəffaflıq");
    }

    #[test]
    fn a_key_has_no_commas() {
        assert_eq!(key("az-nap-2016-2018-4.1.1"), "az-nap-2016-2018-4.1.1");
        assert_eq!(key("a, b"), "ab");
        assert_eq!(key("ə"), "register");
    }
}

-- The stems and words of search_documents; the rowid is its number.
CREATE VIRTUAL TABLE search_index USING fts5 (
    resource, stems, words,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '._'"
);

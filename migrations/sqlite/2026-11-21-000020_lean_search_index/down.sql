-- The words are gone with the copy; the index is made anew when many records change.
DROP TABLE search_index;
CREATE VIRTUAL TABLE search_index USING fts5 (
    resource, stems, words,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '._'"
);

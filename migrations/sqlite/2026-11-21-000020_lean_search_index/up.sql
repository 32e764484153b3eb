-- Without a copy of the texts: search_documents has them.
CREATE VIRTUAL TABLE lean_search_index USING fts5 (
    resource, stems, words,
    content = '', contentless_delete = 1,
    tokenize = "unicode61 remove_diacritics 0 tokenchars '._'"
);
INSERT INTO lean_search_index (rowid, resource, stems, words)
    SELECT rowid, resource, stems, words FROM search_index;
DROP TABLE search_index;
ALTER TABLE lean_search_index RENAME TO search_index;

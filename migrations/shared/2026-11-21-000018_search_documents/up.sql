-- The folded words of each record that is searched, by how much they weigh.
CREATE TABLE search_documents (
    number    BIGINT       NOT NULL PRIMARY KEY,
    resource  ORDERED_TEXT NOT NULL,
    record_id ORDERED_TEXT NOT NULL,
    title     ORDERED_TEXT NOT NULL,
    summary   ORDERED_TEXT NOT NULL,
    body      ORDERED_TEXT NOT NULL,
    UNIQUE (resource, record_id)
);

-- Every word that stands or stood somewhere, with its stem.
CREATE TABLE search_words (
    word ORDERED_TEXT NOT NULL PRIMARY KEY,
    stem ORDERED_TEXT NOT NULL
);
CREATE INDEX search_words_by_stem ON search_words (stem);

-- The stems of search_documents with their places, and its words behind a `=`.
CREATE TABLE search_index (
    number BIGINT   NOT NULL PRIMARY KEY,
    vector TSVECTOR NOT NULL
);
CREATE INDEX search_index_by_vector ON search_index USING GIN (vector);

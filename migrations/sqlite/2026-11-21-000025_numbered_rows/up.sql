-- Numbers are where rows stand, and no index has to lead there: SQLite takes only INTEGER PRIMARY KEY so.
CREATE TABLE numbered_revisions (
    number    INTEGER      NOT NULL PRIMARY KEY CHECK (number > 0),
    resource  ORDERED_TEXT NOT NULL,
    record_id ORDERED_TEXT NOT NULL,
    action    ORDERED_TEXT NOT NULL CHECK (action = 'created' OR action = 'corrected' OR action = 'withdrawn'),
    at        TIMESTAMP    NOT NULL,
    author    ORDERED_TEXT NOT NULL,
    record    ORDERED_TEXT NOT NULL
);
INSERT INTO numbered_revisions SELECT number, resource, record_id, action, at, author, record FROM revisions;
DROP TABLE revisions;
ALTER TABLE numbered_revisions RENAME TO revisions;
CREATE INDEX revisions_by_record ON revisions (resource, record_id, number);

CREATE TABLE numbered_documents (
    number    INTEGER      NOT NULL PRIMARY KEY,
    resource  ORDERED_TEXT NOT NULL,
    record_id ORDERED_TEXT NOT NULL,
    title     ORDERED_TEXT NOT NULL,
    summary   ORDERED_TEXT NOT NULL,
    body      ORDERED_TEXT NOT NULL,
    UNIQUE (resource, record_id)
);
INSERT INTO numbered_documents SELECT number, resource, record_id, title, summary, body FROM search_documents;
DROP TABLE search_documents;
ALTER TABLE numbered_documents RENAME TO search_documents;

-- What happened to the records, in order. The highest number is the version of the dataset.
-- Words are told apart by OR where many rows are written: SQLite makes a table of a longer IN list for each row.
CREATE TABLE revisions (
    number    BIGINT       NOT NULL PRIMARY KEY CHECK (number > 0),
    resource  ORDERED_TEXT NOT NULL,
    record_id ORDERED_TEXT NOT NULL,
    action    ORDERED_TEXT NOT NULL CHECK (action = 'created' OR action = 'corrected' OR action = 'withdrawn'),
    at        TIMESTAMP    NOT NULL,
    author    ORDERED_TEXT NOT NULL,
    record    ORDERED_TEXT NOT NULL -- the whole record as JSON; of a withdrawn one, its last state
);
CREATE INDEX revisions_by_record ON revisions (resource, record_id, number);

-- The descriptor of the Data Package that the register was loaded from, without its list of files.
CREATE TABLE descriptor (
    id         INTEGER      NOT NULL PRIMARY KEY CHECK (id = 1),
    properties ORDERED_TEXT NOT NULL
);

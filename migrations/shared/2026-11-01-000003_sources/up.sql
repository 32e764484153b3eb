CREATE TABLE sources (
    id           ORDERED_TEXT NOT NULL PRIMARY KEY,
    title        ORDERED_TEXT NOT NULL CHECK (title <> ''),
    title_key    ORDERED_TEXT NOT NULL,
    kind         ORDERED_TEXT NOT NULL,
    publisher_id ORDERED_TEXT REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    language     ORDERED_TEXT NOT NULL,
    published_on DATE,
    period       ORDERED_TEXT,
    url          ORDERED_TEXT,
    note         ORDERED_TEXT,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL
);
CREATE INDEX sources_by_publisher ON sources (publisher_id);

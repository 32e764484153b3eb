CREATE TABLE agencies (
    id           ORDERED_TEXT NOT NULL PRIMARY KEY,
    country      ORDERED_TEXT CHECK (LENGTH(country) = 2),
    name         ORDERED_TEXT NOT NULL CHECK (name <> ''),
    name_key     ORDERED_TEXT NOT NULL, -- sorts as the Azerbaijani alphabet does
    short_name   ORDERED_TEXT,
    kind         ORDERED_TEXT NOT NULL,
    parent_id    ORDERED_TEXT REFERENCES agencies DEFERRABLE INITIALLY DEFERRED CHECK (parent_id <> id),
    successor_id ORDERED_TEXT REFERENCES agencies DEFERRABLE INITIALLY DEFERRED CHECK (successor_id <> id),
    aliases      ORDERED_TEXT NOT NULL, -- a JSON array
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL
);
CREATE INDEX agencies_by_name ON agencies (name_key, id);
CREATE INDEX agencies_by_parent ON agencies (parent_id);
CREATE INDEX agencies_by_successor ON agencies (successor_id);

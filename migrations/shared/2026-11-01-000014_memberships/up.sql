CREATE TABLE memberships (
    id         ORDERED_TEXT NOT NULL PRIMARY KEY,
    body_id    ORDERED_TEXT NOT NULL REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    agency_id  ORDERED_TEXT NOT NULL REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    role       ORDERED_TEXT NOT NULL,
    position   INTEGER      NOT NULL CHECK (position > 0),
    as_written ORDERED_TEXT NOT NULL CHECK (as_written <> ''),
    source_id  ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    locator    ORDERED_TEXT,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (body_id, position)
);
CREATE INDEX memberships_by_agency ON memberships (agency_id);
CREATE INDEX memberships_by_source ON memberships (source_id);

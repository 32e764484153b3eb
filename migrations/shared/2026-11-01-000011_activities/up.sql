CREATE TABLE activities (
    id              ORDERED_TEXT NOT NULL PRIMARY KEY,
    project         ORDERED_TEXT NOT NULL CHECK (project <> ''),
    number          ORDERED_TEXT NOT NULL CHECK (number <> ''),
    number_key      ORDERED_TEXT NOT NULL,
    title           ORDERED_TEXT NOT NULL CHECK (title <> ''),
    title_key       ORDERED_TEXT NOT NULL,
    tasks           ORDERED_TEXT NOT NULL, -- a JSON array
    state           ORDERED_TEXT CHECK (state IN ('planned', 'under_way', 'done')),
    organisation_id ORDERED_TEXT REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    position        INTEGER      NOT NULL CHECK (position > 0),
    source_id       ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    locator         ORDERED_TEXT,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (project, number),
    UNIQUE (project, position)
);
CREATE INDEX activities_by_organisation ON activities (organisation_id);
CREATE INDEX activities_by_source ON activities (source_id);

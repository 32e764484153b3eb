CREATE TABLE figures (
    id        ORDERED_TEXT NOT NULL PRIMARY KEY,
    project   ORDERED_TEXT NOT NULL CHECK (project <> ''),
    label     ORDERED_TEXT NOT NULL CHECK (label <> ''),
    value     BIGINT       NOT NULL,
    unit      ORDERED_TEXT NOT NULL CHECK (unit <> ''),
    position  INTEGER      NOT NULL CHECK (position > 0),
    source_id ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    locator   ORDERED_TEXT,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (project, position)
);
CREATE INDEX figures_by_source ON figures (source_id);

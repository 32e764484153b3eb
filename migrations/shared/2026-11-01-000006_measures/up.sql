CREATE TABLE measures (
    id         ORDERED_TEXT NOT NULL PRIMARY KEY,
    plan_id    ORDERED_TEXT NOT NULL REFERENCES plans DEFERRABLE INITIALLY DEFERRED,
    section_id ORDERED_TEXT REFERENCES sections DEFERRABLE INITIALLY DEFERRED,
    number     ORDERED_TEXT CHECK (number <> ''),
    number_key ORDERED_TEXT,
    title      ORDERED_TEXT NOT NULL CHECK (title <> ''),
    title_key  ORDERED_TEXT NOT NULL,
    indicator  ORDERED_TEXT,
    start_year INTEGER,
    end_year   INTEGER,
    position   INTEGER      NOT NULL CHECK (position > 0),
    source_id  ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    locator    ORDERED_TEXT,
    -- derived from the status entries, by the path that writes them
    completion_self_reported ORDERED_TEXT,
    completion_independent   ORDERED_TEXT,
    divergence               INTEGER,
    last_status_year         INTEGER,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    CHECK (start_year <= end_year),
    UNIQUE (plan_id, number),
    UNIQUE (plan_id, position)
);
CREATE INDEX measures_by_section ON measures (section_id);
CREATE INDEX measures_by_source ON measures (source_id);

CREATE TABLE status_entries (
    id             ORDERED_TEXT NOT NULL PRIMARY KEY,
    measure_id     ORDERED_TEXT NOT NULL REFERENCES measures DEFERRABLE INITIALLY DEFERRED,
    measure_key ORDERED_TEXT NOT NULL, -- sorts 1.2 before 1.10
    assessor_id    ORDERED_TEXT NOT NULL REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    assessor_kind  ORDERED_TEXT NOT NULL CHECK (
        assessor_kind = 'self_report' OR assessor_kind = 'independent' OR assessor_kind = 'civil_society'
        OR assessor_kind = 'media'),
    year           INTEGER      NOT NULL,
    completion     ORDERED_TEXT CHECK (
        completion = 'not_started' OR completion = 'limited' OR completion = 'substantial' OR completion = 'complete'
        OR completion = 'withdrawn'),
    missing_reason ORDERED_TEXT CHECK (
        missing_reason = 'not_reported' OR missing_reason = 'not_reviewed' OR missing_reason = 'not_applicable'
        OR missing_reason = 'unclear'),
    basis          ORDERED_TEXT CHECK (basis IN ('stated', 'coded')),
    quote          ORDERED_TEXT CHECK (quote <> ''),
    statement      ORDERED_TEXT,
    same_as        ORDERED_TEXT REFERENCES status_entries DEFERRABLE INITIALLY DEFERRED CHECK (same_as <> id),
    note           ORDERED_TEXT,
    source_id      ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    locator        ORDERED_TEXT,
    published_on   DATE,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (measure_id, year, assessor_id),
    CHECK ((completion IS NULL) = (missing_reason IS NOT NULL)),
    CHECK ((completion IS NULL) = (basis IS NULL)),
    CHECK (completion IS NULL OR quote IS NOT NULL)
);
CREATE INDEX status_entries_by_assessor ON status_entries (assessor_id);
CREATE INDEX status_entries_by_year ON status_entries (year, completion);
CREATE INDEX status_entries_by_source ON status_entries (source_id);
CREATE INDEX status_entries_by_same_as ON status_entries (same_as);

CREATE TABLE assignments (
    id         ORDERED_TEXT NOT NULL PRIMARY KEY,
    measure_id ORDERED_TEXT NOT NULL REFERENCES measures DEFERRABLE INITIALLY DEFERRED,
    measure_key ORDERED_TEXT NOT NULL, -- sorts 1.2 before 1.10
    agency_id  ORDERED_TEXT NOT NULL REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    role       ORDERED_TEXT NOT NULL CHECK (role IN ('executor', 'recommended')),
    position   INTEGER      NOT NULL CHECK (position > 0),
    as_written ORDERED_TEXT NOT NULL CHECK (as_written <> ''),
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (measure_id, position),
    UNIQUE (measure_id, agency_id, role)
);
CREATE INDEX assignments_by_agency ON assignments (agency_id, role, measure_id);

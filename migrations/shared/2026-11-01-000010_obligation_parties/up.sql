CREATE TABLE obligation_parties (
    id            ORDERED_TEXT NOT NULL PRIMARY KEY,
    obligation_id ORDERED_TEXT NOT NULL REFERENCES obligations DEFERRABLE INITIALLY DEFERRED,
    obligation_key ORDERED_TEXT NOT NULL, -- sorts 1.2 before 1.10
    agency_id     ORDERED_TEXT NOT NULL REFERENCES agencies DEFERRABLE INITIALLY DEFERRED,
    role          ORDERED_TEXT NOT NULL CHECK (role IN ('addressee', 'recipient')),
    force         ORDERED_TEXT CHECK (force IN ('binding', 'recommended')),
    position      INTEGER      NOT NULL CHECK (position > 0),
    as_written    ORDERED_TEXT NOT NULL CHECK (as_written <> ''),
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (obligation_id, agency_id, role),
    UNIQUE (obligation_id, position),
    CHECK ((role = 'addressee') = (force IS NOT NULL))
);
CREATE INDEX obligation_parties_by_agency ON obligation_parties (agency_id, role, force);

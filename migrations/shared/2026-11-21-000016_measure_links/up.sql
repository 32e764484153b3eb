CREATE TABLE measure_links (
    id             ORDERED_TEXT NOT NULL PRIMARY KEY,
    earlier_id     ORDERED_TEXT NOT NULL REFERENCES measures DEFERRABLE INITIALLY DEFERRED,
    later_id       ORDERED_TEXT NOT NULL REFERENCES measures DEFERRABLE INITIALLY DEFERRED,
    later_key      ORDERED_TEXT NOT NULL, -- sorts 1.2 before 1.10
    kind           ORDERED_TEXT NOT NULL CHECK (kind IN ('continues', 'splits', 'merges')),
    ground         ORDERED_TEXT NOT NULL CHECK (ground <> ''),
    earlier_ground ORDERED_TEXT NOT NULL CHECK (earlier_ground <> ''),
    basis          ORDERED_TEXT NOT NULL CHECK (basis IN ('stated', 'coded')),
    revision       BIGINT       NOT NULL,
    created_at     TIMESTAMP    NOT NULL,
    updated_at     TIMESTAMP    NOT NULL,
    UNIQUE (earlier_id, later_id),
    CHECK (earlier_id <> later_id)
);
CREATE INDEX measure_links_by_later ON measure_links (later_id);

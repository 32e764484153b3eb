CREATE TABLE plans (
    id             ORDERED_TEXT NOT NULL PRIMARY KEY,
    country        ORDERED_TEXT NOT NULL CHECK (LENGTH(country) = 2),
    kind           ORDERED_TEXT NOT NULL CHECK (kind IN ('national_action_plan', 'strategy')),
    title          ORDERED_TEXT NOT NULL CHECK (title <> ''),
    title_key      ORDERED_TEXT NOT NULL,
    start_year     INTEGER      NOT NULL,
    end_year       INTEGER      NOT NULL,
    adopted_on     DATE,
    adopted_by     ORDERED_TEXT,
    legal_act      ORDERED_TEXT,
    introduction   ORDERED_TEXT,
    predecessor_id ORDERED_TEXT REFERENCES plans DEFERRABLE INITIALLY DEFERRED CHECK (predecessor_id <> id),
    source_id      ORDERED_TEXT NOT NULL REFERENCES sources DEFERRABLE INITIALLY DEFERRED,
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    CHECK (start_year <= end_year)
);
CREATE INDEX plans_in_order ON plans (country, start_year, id);
CREATE INDEX plans_by_predecessor ON plans (predecessor_id);
CREATE INDEX plans_by_source ON plans (source_id);

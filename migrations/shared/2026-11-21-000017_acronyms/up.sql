CREATE TABLE acronyms (
    id         ORDERED_TEXT NOT NULL PRIMARY KEY,
    country    ORDERED_TEXT CHECK (LENGTH(country) = 2),
    short      ORDERED_TEXT NOT NULL CHECK (short <> ''),
    expansion  ORDERED_TEXT NOT NULL CHECK (expansion <> ''),
    revision   BIGINT       NOT NULL,
    created_at TIMESTAMP    NOT NULL,
    updated_at TIMESTAMP    NOT NULL,
    UNIQUE (short, expansion)
);

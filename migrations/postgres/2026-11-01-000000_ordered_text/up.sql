-- Text that sorts by code point whatever the collation of the database, as SQLite sorts it.
CREATE DOMAIN ORDERED_TEXT AS TEXT COLLATE "C";

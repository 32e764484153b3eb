-- What lists of the large tables are filtered and sorted by: every column that leads an order, …
CREATE INDEX measures_by_creation ON measures (created_at, plan_id, position);
CREATE INDEX status_entries_by_creation ON status_entries (created_at, measure_key);
CREATE INDEX status_entries_by_kind ON status_entries (assessor_kind, measure_key);
CREATE INDEX status_entries_by_completion ON status_entries (completion, measure_key);
CREATE INDEX status_entries_by_reason ON status_entries (missing_reason, measure_key);
CREATE INDEX status_entries_by_basis ON status_entries (basis, measure_key);
DROP INDEX status_entries_by_same_as;
CREATE INDEX status_entries_by_same_as ON status_entries (same_as, measure_key);
CREATE INDEX assignments_by_creation ON assignments (created_at, measure_key);
CREATE INDEX assignments_by_role ON assignments (role, measure_key);
CREATE INDEX assignments_by_position ON assignments (position, measure_key);
-- … one index where two began with the same column, …
DROP INDEX assignments_by_agency;
DROP INDEX assignments_in_order_of_agencies;
CREATE INDEX assignments_by_agency ON assignments (agency_id, measure_key, role, measure_id);
DROP INDEX status_entries_by_year;
DROP INDEX status_entries_in_order_of_years;
CREATE INDEX status_entries_by_year ON status_entries (year, measure_key, completion);
-- … texts that many rows share, …
CREATE INDEX measures_by_locator ON measures (locator);
CREATE INDEX status_entries_by_locator ON status_entries (locator);
CREATE INDEX assignments_by_wording ON assignments (as_written);
-- … and which rows have a text at all. A row is in one of each pair.
CREATE INDEX measures_with_indicator ON measures (position) WHERE indicator IS NOT NULL;
CREATE INDEX measures_without_indicator ON measures (position) WHERE indicator IS NULL;
CREATE INDEX status_entries_with_quote ON status_entries (year) WHERE quote IS NOT NULL;
CREATE INDEX status_entries_without_quote ON status_entries (year) WHERE quote IS NULL;
CREATE INDEX status_entries_with_statement ON status_entries (year) WHERE statement IS NOT NULL;
CREATE INDEX status_entries_without_statement ON status_entries (year) WHERE statement IS NULL;
CREATE INDEX status_entries_with_note ON status_entries (year) WHERE note IS NOT NULL;
CREATE INDEX status_entries_without_note ON status_entries (year) WHERE note IS NULL;
-- Keys end where they tell texts apart: PostgreSQL has no room for longer ones in an index.
UPDATE agencies SET name_key = SUBSTR(name_key, 1, 200);
UPDATE sources SET title_key = SUBSTR(title_key, 1, 200);
UPDATE plans SET title_key = SUBSTR(title_key, 1, 200);
UPDATE sections SET title_key = SUBSTR(title_key, 1, 200);
UPDATE measures SET title_key = SUBSTR(title_key, 1, 200);
UPDATE activities SET title_key = SUBSTR(title_key, 1, 200);

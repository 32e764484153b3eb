DROP INDEX status_entries_in_order_of_years;
DROP INDEX status_entries_by_assessor;
CREATE INDEX status_entries_by_assessor ON status_entries (assessor_id);
DROP INDEX measures_in_order_of_positions;
DROP INDEX measures_in_order_of_numbers;
DROP INDEX measures_in_order_of_titles;
DROP INDEX assignments_in_order_of_agencies;

-- Large tables in orders that are asked for besides the document's.
CREATE INDEX assignments_in_order_of_agencies ON assignments (agency_id, measure_key);
CREATE INDEX measures_in_order_of_titles ON measures (title_key);
CREATE INDEX measures_in_order_of_numbers ON measures (number_key, plan_id);
CREATE INDEX measures_in_order_of_positions ON measures (position, plan_id);
DROP INDEX status_entries_by_assessor;
CREATE INDEX status_entries_by_assessor ON status_entries (assessor_id, measure_key);
CREATE INDEX status_entries_in_order_of_years ON status_entries (year, measure_key);

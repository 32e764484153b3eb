-- Large tables in the orders that are asked for most besides the document's; rows without a value come last.
CREATE INDEX measures_in_order_of_titles ON measures (title_key, id);
CREATE INDEX measures_in_order_of_numbers ON measures ((number_key IS NULL), number_key, id);
CREATE INDEX measures_in_order_of_divergence ON measures ((divergence IS NULL), divergence DESC, id);
CREATE INDEX measures_in_order_of_last_status ON measures ((last_status_year IS NULL), last_status_year DESC, id);
CREATE INDEX status_entries_in_order_of_years ON status_entries (year DESC, id);
CREATE INDEX status_entries_in_order_of_publication ON status_entries ((published_on IS NULL), published_on DESC, id);

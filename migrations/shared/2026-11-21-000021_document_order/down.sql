DROP INDEX assignments_in_order;
DROP INDEX status_entries_in_order;
DROP INDEX measure_links_in_order;
DROP INDEX obligation_parties_in_order;
DROP INDEX activity_links_in_order;
DROP INDEX measures_by_completion;
DROP INDEX measures_by_review;

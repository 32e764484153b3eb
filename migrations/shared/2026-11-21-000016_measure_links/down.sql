DROP TABLE measure_links;

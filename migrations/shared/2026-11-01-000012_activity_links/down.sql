DROP TABLE activity_links;

"""JSON Feed 1.1 (jsonfeed.org)."""

import json
from datetime import datetime

import rules

MEDIA_TYPE = "application/feed+json"
FEED = {"version", "title", "home_page_url", "feed_url", "description", "next_url", "authors", "language", "items"}
ITEM = {"id", "url", "title", "summary", "content_html", "content_text", "date_published", "date_modified", "authors", "tags"}


def read(document: bytes, address: str, _content_type: str) -> rules.Page:
    feed = json.loads(document.decode("utf-8"))
    known(feed, FEED)
    assert feed.get("version") == "https://jsonfeed.org/version/1.1", f"the version is {feed.get('version')}"
    name = rules.plain(feed.get("title"), "title")
    assert feed.get("feed_url") == address, f"it calls itself {feed.get('feed_url')}"
    rules.web_address(feed.get("home_page_url"), "home_page_url")
    rules.language(feed.get("language"))
    authors(feed)
    assert isinstance(feed.get("items"), list), "no items"
    moments = [item(one) for one in feed["items"]]
    ids = [one["id"] for one in feed["items"]]
    rules.unique(ids)
    following = feed.get("next_url")
    if "next_url" in feed:
        rules.web_address(following, "next_url")
        assert following != address, "next_url is the page itself"
    return rules.Page(name, following, ids, moments)


def item(item: dict) -> datetime:
    """Checks an item; returns when it last changed."""
    known(item, ITEM)
    assert isinstance(item.get("id"), str) and item["id"], f"an id is no text: {item.get('id')}"
    rules.web_address(item.get("url"), "url")
    rules.plain(item.get("title"), "title")
    assert "content_html" in item or "content_text" in item, "an item has no content"
    if "content_html" in item:
        rules.html(item["content_html"], "content_html")
    published, modified = (rules.moment(item.get(key), key) for key in ("date_published", "date_modified"))
    assert published <= modified, "an item changed before it was published"
    authors(item)
    assert item.get("tags") and all(isinstance(tag, str) and tag for tag in item["tags"]), f"tags are {item.get('tags')}"
    return modified


def known(part: dict, names: set[str]) -> None:
    """What is not in the format begins with an underscore; what is not there is left out."""
    unknown = {name for name in part if name not in names and not name.startswith("_")}
    assert not unknown, f"unknown: {unknown}"
    assert None not in part.values(), f"null stands in {part}"


def authors(part: dict) -> None:
    assert part.get("authors"), "no authors"
    for author in part["authors"]:
        assert isinstance(author, dict) and author and set(author) <= {"name", "url", "avatar"}, f"an author is {author}"
        assert all(isinstance(value, str) and value for value in author.values()), f"an author is {author}"

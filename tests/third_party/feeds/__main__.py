"""Checks that the feeds of a running service keep the rules of their formats, and that readers understand the calendars."""

import sys

import atom
import doctored
import json_feed
import rss
import rules
from calendars import CALENDARS, check_calendar
from fetching import get

FORMATS = {"atom": atom, "rss": rss, "feed.json": json_feed}
FILTERS = {
    "measures": ["", "?plan=az-nap-2016-2018&limit=500", "?agency=maliyye-nazirliyi&limit=2"],
    "status-entries": ["", "?completion=complete&limit=20", "?year=2021&limit=500"],
    "changes": ["", "?action=created&limit=500", "?resource=status_entries&limit=3"],
}
NOTHING = {
    "measures": ["?number=no-such-number", "?number=a%26b%3C%C5%9F"],
    "status-entries": ["?year=1990"],
    "changes": ["?since=1000000"],
}
PAGES = 5  # how far the links to the next page are followed


def read(address: str, extension: str, query: str) -> tuple[list[str], int]:
    """Reads the pages of a feed; returns the ids of the entries and how many pages there were."""
    rules_of_format = FORMATS[extension]
    url = f"{address}.{extension}{query}"
    pages: list[rules.Page] = []
    while url and len(pages) < PAGES:
        content_type, body = get(url)
        try:
            assert content_type == f"{rules_of_format.MEDIA_TYPE}; charset=utf-8", f"served as {content_type}"
            page = rules_of_format.read(body, url, content_type)
            assert not pages or page.name == pages[0].name, f"the next page is of {page.name}"
        except AssertionError as broken:
            raise AssertionError(f"{url}: {broken}") from broken
        pages.append(page)
        url = page.next
    ids = [one for page in pages for one in page.ids]
    moments = [moment for page in pages for moment in page.moments]
    rules.unique(ids)
    assert moments == sorted(moments, reverse=True), f"{address}{query}: not the newest change first"
    return ids, len(pages)


def check_feeds(service: str) -> tuple[int, int]:
    """Reads every feed in its three formats, which must have the same entries; returns how many feeds and pages."""
    feeds = pages = 0
    for name in FILTERS:
        for query in FILTERS[name] + NOTHING[name]:
            found = [read(f"{service}/v1/{name}", extension, query) for extension in FORMATS]
            assert found[0] == found[1] == found[2], f"{name}{query}: the formats differ"
            ids, count = found[0]
            assert bool(ids) == (query not in NOTHING[name]), f"{name}{query}: {len(ids)} entries"
            assert count > 1 or "limit=2" not in query.split("&"), f"{name}{query}: no next page"
            feeds, pages = feeds + len(FORMATS), pages + count * len(FORMATS)
    return feeds, pages


def main() -> None:
    service = sys.argv[1]
    refused = doctored.check(f"{service}/v1/measures", FORMATS)
    feeds, pages = check_feeds(service)
    events = sum(check_calendar(service, f"{service}/v1/{name}") for name in CALENDARS)
    print(f"{feeds} feeds with {pages} pages and {len(CALENDARS)} calendars with {events} events were read")
    print(f"{refused} doctored feeds were refused")


if __name__ == "__main__":
    main()

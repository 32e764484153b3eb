"""Checks that other people's readers understand the feeds and the calendars of a running service."""

import json
import sys
import urllib.request
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from urllib.parse import quote

import feedparser
from icalendar import Calendar

LISTS = ["measures", "status-entries", "changes"]
FILTERS = {
    "measures": ["", "?plan=az-nap-2016-2018&limit=500", "?agency=maliyye-nazirliyi&limit=2", "?number=no-such-number"],
    "status-entries": ["", "?completion=complete&limit=20", "?year=2021&limit=500"],
    "changes": ["", "?action=created&limit=500", "?resource=status_entries&limit=3"],
}
CALENDARS = ["measures", "measures.?agency=maliyye-nazirliyi", "obligations", "obligations.?plan=az-nap-2020-2022"]
PAGES = 5  # how far the links to the next page are followed


def get(url: str) -> tuple[str, bytes]:
    """The media type and the body."""
    with urllib.request.urlopen(quote(url, safe=":/?&=%,.-_")) as answer:
        return answer.headers["Content-Type"], answer.read()


def pages_of_xml(url: str, media_type: str) -> Iterator[feedparser.FeedParserDict]:
    for _ in range(PAGES):
        content_type, body = get(url)
        assert content_type == f"{media_type}; charset=utf-8", f"{url}: {content_type}"
        feed = feedparser.parse(body, response_headers={"content-type": content_type})
        assert not feed.bozo, f"{url}: {feed.bozo_exception}"
        links = {link.rel: link.href for link in feed.feed.links}
        assert links["self"] == url, f"{url}: calls itself {links['self']}"
        yield feed
        if "next" not in links:
            return
        url = links["next"]


def check_xml(url: str, media_type: str) -> list[str]:
    """Reads Atom or RSS; returns the ids of the entries."""
    ids, moments = [], []
    for feed in pages_of_xml(url, media_type):
        assert feed.feed.language == "az", f"{url}: the language is {feed.feed.get('language')}"
        for entry in feed.entries:
            assert entry.title and entry.link and entry.author and entry.content[0].value, f"{url}: {entry.id} lacks a part"
            assert entry.tags, f"{url}: {entry.id} has no category"
            ids.append(entry.id)
            moments.append(entry.updated_parsed if media_type.startswith("application/atom") else entry.published_parsed)
    assert moments == sorted(moments, reverse=True), f"{url}: not the newest change first"
    return ids


def check_json(url: str) -> list[str]:
    """Reads JSON Feed 1.1; returns the ids of the items."""
    ids = []
    for _ in range(PAGES):
        content_type, body = get(url)
        assert content_type == "application/feed+json; charset=utf-8", f"{url}: {content_type}"
        feed = json.loads(body)
        assert feed["version"] == "https://jsonfeed.org/version/1.1"
        assert feed["feed_url"] == url and isinstance(feed["title"], str)
        assert feed["home_page_url"].startswith("http")
        for item in feed["items"]:
            assert isinstance(item["id"], str) and isinstance(item["content_html"], str)
            published, modified = (datetime.fromisoformat(item[key]) for key in ("date_published", "date_modified"))
            assert published <= modified, f"{url}: {item['id']} changed before it was published"
            assert all(set(author) <= {"name", "url", "avatar"} and author for author in item["authors"])
            assert all(isinstance(tag, str) for tag in item["tags"])
            ids.append(item["id"])
        if "next_url" not in feed:
            break
        url = feed["next_url"]
    return ids


def check_feeds(service: str) -> int:
    """Reads every feed in its three formats, which must have the same entries."""
    count = 0
    for name in LISTS:
        for query in FILTERS[name]:
            address = f"{service}/v1/{name}"
            atom = check_xml(f"{address}.atom{query}", "application/atom+xml")
            rss = check_xml(f"{address}.rss{query}", "application/rss+xml")
            items = check_json(f"{address}.feed.json{query}")
            assert atom == rss == items, f"{address}{query}: the formats differ"
            assert len(set(atom)) == len(atom), f"{address}{query}: an id stands twice"
            assert bool(atom) != ("no-such" in query), f"{address}{query}: {len(atom)} entries"
            count += 3
    return count


def check_event(service: str, url: str, event) -> None:
    resource, _, identifier = str(event["URL"]).removeprefix(f"{service}/v1/").partition("/")
    record = json.loads(get(f"{event['URL']}?include=plan")[1])["data"]
    assert str(event["UID"]) == f"{identifier}@{resource}.aciqplan", f"{url}: {event['UID']}"
    if resource == "measures":
        due = date(record["end_year"] or record["plan"]["end_year"], 12, 31)
        assert "RRULE" not in event
        assert str(event["SUMMARY"]) == " ".join(filter(None, [record["number"], record["title"]]))
    else:
        due = date(record["plan"]["start_year"], record["due_month"], record["due_day"])
        until = due.replace(year=record["plan"]["end_year"])
        assert event["RRULE"]["FREQ"] == ["YEARLY"] and event["RRULE"]["UNTIL"] == [until], f"{url}: {event['RRULE']}"
    assert event["DTSTART"].dt == due, f"{url}: {event['UID']} is on {event['DTSTART'].dt}, not {due}"
    assert event["DTEND"].dt == due + timedelta(days=1)
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt == datetime.fromisoformat(record["updated_at"])
    assert event["SEQUENCE"] == 0 and event["DESCRIPTION"]


def check_calendar(service: str, url: str) -> int:
    """Reads a calendar; returns how many events it has."""
    content_type, body = get(url)
    assert content_type == "text/calendar; charset=utf-8", f"{url}: {content_type}"
    calendar = Calendar.from_ical(body)
    assert not calendar.errors, f"{url}: {calendar.errors}"
    assert calendar["VERSION"] == "2.0" and calendar["PRODID"] and calendar["X-WR-CALNAME"]
    events = list(calendar.walk("VEVENT"))
    assert events, f"{url}: no event"
    assert len({event["UID"] for event in events}) == len(events), f"{url}: a UID stands twice"
    for event in events:
        assert not event.errors, f"{url}: {event.errors}"
        check_event(service, url, event)
    return len(events)


def main() -> None:
    service = sys.argv[1]
    feeds = check_feeds(service)
    events = 0
    for name in CALENDARS:
        path, _, query = name.partition(".")
        events += check_calendar(service, f"{service}/v1/{path}.ics{query}")
    print(f"{feeds} feeds and {len(CALENDARS)} calendars with {events} events were read")


if __name__ == "__main__":
    main()

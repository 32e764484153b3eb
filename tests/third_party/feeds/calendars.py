"""The calendars, read with icalendar and compared with the records."""

import json
from datetime import date, datetime, timedelta

from fetching import get
from icalendar import Calendar

CALENDARS = {
    "measures.ics": 0,
    "measures.ics?agency=maliyye-nazirliyi": 0,
    "obligations.ics": 1,
    "obligations.ics?plan=az-nap-2020-2022": 1,
}


def check_event(service: str, url: str, event) -> None:
    resource, _, identifier = str(event["URL"]).removeprefix(f"{service}/v1/").partition("/")
    record = json.loads(get(f"{event['URL']}?include=plan")[1])["data"]
    assert str(event["UID"]) == f"{identifier}@{resource}.aciqplan", f"{url}: {event['UID']}"
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
    expected = CALENDARS[url.removeprefix(f"{service}/v1/")]
    assert len(events) == expected, f"{url}: {len(events)} events, not {expected}"
    assert calendar.subcomponents, f"{url}: no component"
    assert len({event["UID"] for event in events}) == len(events), f"{url}: a UID stands twice"
    for event in events:
        assert not event.errors, f"{url}: {event.errors}"
        check_event(service, url, event)
    return len(events)

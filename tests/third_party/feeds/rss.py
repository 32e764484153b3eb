"""RSS 2.0, as the W3C Feed Validation Service and the profile of the RSS Advisory Board want it."""

import re
from datetime import datetime
from email.utils import format_datetime, parsedate_to_datetime
from xml.etree.ElementTree import Element

import rules

MEDIA_TYPE = "application/rss+xml"
LINK = "{http://www.w3.org/2005/Atom}link"
CREATOR = "{http://purl.org/dc/elements/1.1/}creator"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ONE, OPTIONAL, SOME, ANY = (1, 1), (0, 1), (1, None), (0, None)
# No other element, and so no other namespace.
CHANNEL = {"title": ONE, "link": ONE, "description": ONE, "language": ONE, "copyright": OPTIONAL, "lastBuildDate": ONE,
           "ttl": OPTIONAL, LINK: SOME, "item": ANY}
ITEM = {"title": ONE, "link": ONE, "description": OPTIONAL, "category": SOME, "guid": ONE, "pubDate": ONE, CONTENT: ONE,
        CREATOR: SOME}


def read(document: bytes, address: str, content_type: str) -> rules.Page:
    root, understood = rules.xml(document, content_type)
    assert root.tag == "rss" and root.get("version") == "2.0", f"it is {root.tag} {root.get('version')}"
    rules.counted(root, {"channel": ONE})
    channel = root.find("channel")
    rules.counted(channel, CHANNEL)
    name = rules.plain(channel.findtext("title"), "title")
    rules.plain(channel.findtext("description"), "description")
    rules.web_address(channel.findtext("link"), "link")
    rules.language(channel.findtext("language"))
    assert re.fullmatch("[1-9][0-9]*", channel.findtext("ttl", "1")), f"ttl is {channel.findtext('ttl')}"
    links = rules.links(channel.findall(LINK), address, MEDIA_TYPE)
    moments = [item(one) for one in channel.findall("item")]
    built = moment(channel.findtext("lastBuildDate"), "lastBuildDate")
    assert not moments or built == max(moments), f"the feed changed at {built}, its items at {max(moments)}"
    ids = [one.findtext("guid") for one in channel.findall("item")]
    rules.unique(ids)
    rules.followed(understood)
    return rules.Page(name, links.get("next"), ids, moments)


def item(element: Element) -> datetime:
    """Checks an item; returns when it last changed."""
    rules.counted(element, ITEM)
    rules.plain(element.findtext("title"), "title")
    rules.web_address(element.findtext("link"), "link")
    names = [child.tag for child in element]
    if "description" in names:
        rules.html(element.findtext("description"), "description")
        assert names.index("description") < names.index(CONTENT), "the description stands after the content"
    rules.html(element.findtext(CONTENT), "content")
    guid = element.find("guid")
    rules.iri(guid.text, "guid")
    if guid.get("isPermaLink") != "false":
        rules.web_address(guid.text, "a guid that claims to be an address")
    for category in element.findall("category"):
        rules.plain(category.text, "category")
        rules.web_address(category.get("domain"), "domain")
    for creator in element.findall(CREATOR):
        rules.plain(creator.text, "creator")
    return moment(element.findtext("pubDate"), "pubDate")


def moment(text: str | None, what: str) -> datetime:
    """A time of RFC 822 with a year of four digits and the right day of the week."""
    try:
        time = parsedate_to_datetime(text)
    except (TypeError, ValueError) as error:
        raise AssertionError(f"{what} is not of RFC 822: {text}") from error
    assert format_datetime(time) == text, f"{what} is not of RFC 822: {text}"
    return time

"""Atom 1.0 (RFC 4287), as the W3C Feed Validation Service wants it."""

from xml.etree.ElementTree import Element

import rules

MEDIA_TYPE = "application/atom+xml"
ATOM = "{http://www.w3.org/2005/Atom}"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
BOTH = {"id": (1, 1), "title": (1, 1), "updated": (1, 1), "author": (0, None), "link": (1, None)}
FEED = BOTH | {"subtitle": (0, 1), "rights": (0, 1), "entry": (0, None)}
ENTRY = BOTH | {"published": (1, 1), "category": (1, None), "summary": (0, 1), "content": (1, 1)}


def read(document: bytes, address: str, content_type: str) -> rules.Page:
    feed, understood = rules.xml(document, content_type)
    assert feed.tag == f"{ATOM}feed", f"it is a {feed.tag}"
    rules.counted(feed, within(FEED))
    rules.language(feed.get(LANGUAGE))
    for element in feed.iter():
        rules.language(element.get(LANGUAGE, "en"))
    texts(feed, ["title", "subtitle", "rights"])
    links = rules.links(feed.findall(f"{ATOM}link"), address, MEDIA_TYPE)
    assert "alternate" in links, "no link to what the feed shows"
    entries = feed.findall(f"{ATOM}entry")
    authors_of_feed = authors(feed)
    for one in entries:
        entry(one, authors_of_feed)
    updated = rules.moment(feed.findtext(f"{ATOM}updated"), "updated")
    moments = [rules.moment(one.findtext(f"{ATOM}updated"), "updated") for one in entries]
    assert not moments or updated == max(moments), f"the feed changed at {updated}, its entries at {max(moments)}"
    ids = [rules.iri(one.findtext(f"{ATOM}id"), "id") for one in entries]
    name = rules.iri(feed.findtext(f"{ATOM}id"), "id")
    rules.unique([name, *ids])
    rules.followed(understood)
    return rules.Page(name, links.get("next"), ids, moments)


def entry(element: Element, authors_of_feed: int) -> None:
    rules.counted(element, within(ENTRY))
    texts(element, ["title", "summary"])
    published, updated = (rules.moment(element.findtext(f"{ATOM}{name}"), name) for name in ("published", "updated"))
    assert published <= updated, "an entry changed before it was published"
    assert authors(element) or authors_of_feed, "an entry has no author"
    for category in element.findall(f"{ATOM}category"):
        assert category.get("term"), "a category has no term"
        rules.web_address(category.get("scheme"), "scheme")
        rules.plain(category.get("label"), "label")
    for link in element.findall(f"{ATOM}link"):
        assert link.get("rel", "alternate") == "alternate", f"an entry has the link {link.attrib}"
        rules.web_address(link.get("href"), "link")
    kinds = [(link.get("type"), link.get("hreflang")) for link in element.findall(f"{ATOM}link")]
    assert len(set(kinds)) == len(kinds), f"two links say the same: {kinds}"
    content = element.find(f"{ATOM}content")
    assert content.get("type") == "html" and not len(content), f"the content is of type {content.get('type')}"
    rules.html(content.text, "content")


def within(counts: dict) -> dict:
    return {f"{ATOM}{name}": count for name, count in counts.items()}


def texts(element: Element, names: list[str]) -> None:
    for name in names:
        for text in element.findall(f"{ATOM}{name}"):
            assert text.get("type", "text") == "text", f"{name} is of type {text.get('type')}"
            rules.plain(text.text, name)


def authors(element: Element) -> int:
    """How many there are; each has a name."""
    found = element.findall(f"{ATOM}author")
    for author in found:
        rules.counted(author, within({"name": (1, 1)}))
        rules.plain(author.findtext(f"{ATOM}name"), "name")
    return len(found)

"""The rules that the formats share. A rule that is broken is an AssertionError that says which."""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from xml.etree import ElementTree

import feedparser
from language_tags import tags
from rfc3339_validator import validate_rfc3339

ELEMENTS = {"p", "ul", "li", "dl", "dt", "dd", "strong"}  # the HTML that the entries need; none of it runs or loads
RELATIONS = {"self", "alternate", "first", "previous", "next", "license"}  # registered ones that the feeds use


@dataclass
class Page:
    """What a page of a feed says, whatever the format."""

    name: str  # the same on every page
    next: str | None
    ids: list[str]
    moments: list[datetime]  # by which the entries are ordered


def iri(text: str | None, what: str) -> str:
    assert text and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+", text), f"{what} is no IRI: {text}"
    return text


def web_address(text: str | None, what: str) -> str:
    assert urlsplit(iri(text, what)).scheme in ("http", "https") and urlsplit(text).netloc, f"{what} is not absolute: {text}"
    return text


def language(tag: str | None) -> None:
    assert tag and tags.check(tag), f"the language is not of BCP 47: {tag}"


def moment(text: str | None, what: str) -> datetime:
    assert text and validate_rfc3339(text), f"{what} is not of RFC 3339: {text}"
    return datetime.fromisoformat(text)


def plain(text: str | None, what: str) -> str:
    """A text that nobody reads as HTML."""
    assert text and text.strip(), f"{what} is empty"
    assert not re.search(r"</?[A-Za-z!]|&(#\d+|#x[0-9a-fA-F]+|[A-Za-z]+);", text), f"{what} has markup: {text}"
    return text


def html(text: str | None, what: str) -> None:
    """Well-formed HTML that a reader may show without weeding it."""
    assert text and text.strip(), f"{what} is empty"
    try:
        root = ElementTree.fromstring(f"<body>{text}</body>")
    except ElementTree.ParseError as error:
        raise AssertionError(f"{what} is not well formed: {error}") from error
    for element in root.iter():
        assert element is root or element.tag in ELEMENTS, f"{what} has a <{element.tag}>"
        assert not element.attrib, f"{what} has attributes: {element.attrib}"


def unique(ids: list[str]) -> None:
    twice = {one for one in ids if ids.count(one) > 1}
    assert not twice, f"an id stands twice: {twice}"


def xml(document: bytes, content_type: str) -> tuple[ElementTree.Element, feedparser.FeedParserDict]:
    """The root of a document in the character set it is served with, and what feedparser understands of it."""
    declared = re.match(rb"""<\?xml version="1.0"(?: encoding="([^"]+)")?\?>""", document)
    assert declared, "no XML declaration"
    assert (declared[1] or b"utf-8").lower() == b"utf-8", f"the document says it is in {declared[1]}"
    feed = feedparser.parse(document, response_headers={"content-type": content_type})
    assert not feed.bozo, f"feedparser: {feed.bozo_exception}"
    return ElementTree.fromstring(document), feed


def followed(feed: feedparser.FeedParserDict) -> None:
    """The links lead to addresses for readers too, which know fewer kinds of link than a validator."""
    for part in [feed.feed, *feed.entries]:
        assert part.get("link", "").startswith("http"), f"feedparser cannot follow the link {part.get('link')}"


def counted(element: ElementTree.Element, counts: dict[str, tuple[int, int | None]]) -> None:
    """The children are those of `counts`, each as often as it says."""
    names = [child.tag for child in element]
    unknown = set(names) - set(counts)
    assert not unknown, f"{element.tag} has unknown children: {unknown}"
    for name, (least, most) in counts.items():
        count = names.count(name)
        assert least <= count and (most is None or count <= most), f"{element.tag} has {count} of {name}"


def links(elements: list[ElementTree.Element], address: str, media_type: str) -> dict[str, str]:
    """Checks the Atom links of a feed; returns their addresses by relation."""
    found = {}
    kinds = []
    for link in elements:
        relation = link.get("rel", "alternate")
        assert relation in RELATIONS, f"the relation {relation} is not registered"
        found[relation] = web_address(link.get("href"), f"the link {relation}")
        kinds.append((relation, relation == "alternate" and (link.get("type"), link.get("hreflang"))))
        if relation in ("self", "first", "previous", "next"):
            assert link.get("type") == media_type, f"the link {relation} has the type {link.get('type')}"
    assert len(set(kinds)) == len(kinds), f"two links say the same: {kinds}"
    assert found.get("self") == address, f"it calls itself {found.get('self')}"
    assert "first" in found, "no link to the first page"
    assert "previous" not in found or "cursor=" in address, f"the first page has a page before: {found['previous']}"
    return found

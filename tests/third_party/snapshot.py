"""Serves a snapshot with a plain web server, follows every link in it, and reads its files with others' tools."""

import io
import json
import re
import subprocess
import sys
import tempfile
import threading
import urllib.request
import warnings
import zipfile
from functools import partial
from html.parser import HTMLParser
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urldefrag, urljoin
from xml.etree import ElementTree

import feedparser
import frictionless
import openpyxl
import pyarrow.parquet
from csvw import CSVW
from icalendar import Calendar
from rdflib import Graph

FOLDER = "archive"  # below the root of the server, as it may well be
KNOWN_PLACES = ["", "robots.txt", ".well-known/api-catalog"]
TABLES = 16
MEASURES = 141


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_) -> None:
        pass


class Links(HTMLParser):
    """What a page links to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found |= {value for name, value in attrs if name == "href" and value}


def texts_of(url: str, body: bytes) -> list[str]:
    """The texts of a file, as a reader of its format sees them; a file that none can read is an error."""
    match url.rpartition("/")[2].rpartition(".")[2]:
        case "json" | "jsonld" | "api-catalog" | "ndjson":
            lines = body.splitlines() if url.endswith(".ndjson") else [body]
            return [text for line in lines for text in strings(json.loads(line))]
        case "atom" | "rss":
            feed = feedparser.parse(body, response_headers={"content-type": "application/xml; charset=utf-8"})
            assert not feed.bozo, f"{url}: {feed.bozo_exception}"
            return xml_texts(body)
        case "xml":
            return xml_texts(body)
        case "rdf" | "ttl":
            graph = Graph().parse(data=body, format="xml" if url.endswith("rdf") else "turtle")
            return [str(term) for triple in graph for term in triple]
        case "ics":
            return [str(event["URL"]) for event in Calendar.from_ical(body).walk("VEVENT")]
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(body), read_only=True)
            return [str(row[1]) for row in book["About"].iter_rows(values_only=True)]
        case "parquet":
            return [value.decode() for value in pyarrow.parquet.read_schema(io.BytesIO(body)).metadata.values()]
        case "zip":
            with zipfile.ZipFile(io.BytesIO(body)) as archive:
                assert archive.testzip() is None
                return [archive.read("README.md").decode()]
        case "sqlite":
            return []
        case _:
            return [body.decode()]


def strings(value) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for item in value.values() for text in strings(item)]
        case list():
            return [text for item in value for text in strings(item)]
    return []


def xml_texts(body: bytes) -> list[str]:
    elements = list(ElementTree.fromstring(body).iter())
    return [text for element in elements for text in [element.text or "", *element.attrib.values()]]


def walk(site: str) -> tuple[set[str], list[str]]:
    """Follows every link of every file; returns the addresses that are there, and what leads to none."""
    address = re.compile(re.escape(site) + r"(?:/[^\s\"<>\\)}]*)?")
    there: set[str] = set()
    broken = []
    waiting = [(f"{site}/{place}", "the beginning") for place in KNOWN_PLACES]
    seen = {url for url, _ in waiting}
    while waiting:
        url, origin = waiting.pop()
        try:
            with urllib.request.urlopen(url) as answer:
                url, body = answer.url, answer.read()
        except HTTPError as error:
            broken.append(f"{url} ({error.code}), named by {origin}")
            continue
        there.add(url)
        is_page = url.endswith(("/", ".html"))
        found = Links(body.decode()).found if is_page else {
            link for text in texts_of(url, body) for link in address.findall(text)
        }
        for link in {urldefrag(urljoin(url, link)).url for link in found} - seen:
            if link.startswith(site):
                seen.add(link)
                waiting.append((link, url))
    return there, broken


def check_links(site: str, folder: Path) -> None:
    there, broken = walk(site)
    assert not broken, "links lead to nothing:\n" + "\n".join(broken)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    found = {re.sub(r"(^|/)$", r"\1index.html", url.removeprefix(f"{site}/")) for url in there}
    assert files == found, f"nothing leads to {sorted(files - found)[:9]}"
    print(f"the snapshot: {len(files)} files, each is led to, and no link leads to nothing")


def check_tables(site: str) -> None:
    report = frictionless.validate(f"{site}/datapackage.json")
    assert report.valid, json.dumps(report.flatten(["name", "rowNumber", "message"])[:5], indent=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = CSVW(f"{site}/v1/measures.csv-metadata.json", validate=True)
        assert table.is_valid, [str(warning.message) for warning in table.warnings]
    rows = table.to_json()["tables"][0]["row"]
    assert len(rows) == MEASURES, len(rows)
    print(f"the snapshot: {len(report.tasks)} tables as their descriptions say")


def check_without_address(folder: Path) -> None:
    """A snapshot that knows no address is a Data Package as it stands, wherever it is carried to."""
    report = frictionless.validate(str(folder / "datapackage.json"))
    assert report.valid and len(report.tasks) == TABLES, report.flatten(["name", "message"])[:5]
    book = openpyxl.load_workbook(folder / "v1/measures.xlsx", read_only=True)
    about = dict(book["About"].iter_rows(values_only=True))
    assert about["Request"] == "/v1/measures.xlsx" and "Source" not in about, about
    print(f"the snapshot without an address: {len(report.tasks)} tables that frictionless reads from the folder")


def main() -> None:
    binary, database = sys.argv[1:3]

    def take(folder: Path, *more: str) -> None:
        subprocess.run([binary, "snapshot", str(folder), "--database", database, *more], check=True)

    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=scratch))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        site = f"http://127.0.0.1:{server.server_port}/{FOLDER}"
        take(root / FOLDER, "--public-url", site)
        check_links(site, root / FOLDER)
        check_tables(site)
        take(root / "carried")
        check_without_address(root / "carried")
        server.shutdown()


if __name__ == "__main__":
    main()

"""Checks what describes the register with the tools that others read it with: rdflib, csvw, frictionless."""

import json
import sys
import urllib.request
import warnings
from urllib.error import HTTPError

import frictionless
from csvw import CSVW
from rdflib import Graph, Namespace
from rdflib.compare import isomorphic

DCAT = Namespace("http://www.w3.org/ns/dcat#")
SYNTAXES = {"jsonld": "json-ld", "ttl": "turtle", "rdf": "xml"}
MEASURES = 141
# RFC 9264: the members of a link context beside its relations, and those of a target.
TARGET_MEMBERS = {"href", "type", "hreflang", "media", "title", "title*"}


def ask(url: str, method: str = "GET") -> tuple[int, str, bytes]:
    """The status, the content type and the body of an answer."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, method=method), timeout=60) as answer:
            return answer.status, answer.headers["Content-Type"], answer.read()
    except HTTPError as error:
        return error.code, error.headers["Content-Type"], error.read()


def check_catalogue(service: str) -> None:
    """Three syntaxes, one graph; and every file that it promises is there."""
    graphs = [Graph().parse(f"{service}/catalog.{name}", format=syntax) for name, syntax in SYNTAXES.items()]
    first = graphs[0]
    assert len(first) > 1000, f"the catalogue has only {len(first)} triples"
    for name, graph in zip(SYNTAXES, graphs):
        assert isomorphic(first, graph), f"/catalog.{name} says something else than /catalog.jsonld"
    files = sorted(str(url) for url in first.objects(None, DCAT.downloadURL))
    missing = [url for url in files if ask(url, "HEAD")[0] != 200]
    assert not missing, f"the catalogue promises what is not there: {missing}"
    print(f"the catalogue: {len(first)} triples in three syntaxes, {len(files)} files that are there")


def check_table(service: str) -> None:
    """A CSV file is as its metadata says, and leads to it."""
    url = f"{service}/v1/measures.csv"
    with urllib.request.urlopen(url, timeout=60) as answer:
        links = answer.headers["Link"]
    assert f'<{url}-metadata.json>; rel="describedby"; type="application/csvm+json"' in links, links
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = CSVW(f"{url}-metadata.json", validate=True)
        valid = table.is_valid
    assert valid, "\n".join(str(warning.message) for warning in table.warnings)
    rows = table.to_json()["tables"][0]["row"]
    assert len(rows) == MEASURES, f"csvw reads {len(rows)} measures"
    print(f"CSV on the Web: {len(rows)} measures are as their metadata says")


def check_data_package(service: str) -> None:
    """The live descriptor and every file that it leads to, foreign keys included."""
    report = frictionless.validate(f"{service}/datapackage.json")
    assert report.valid, json.dumps(report.flatten(["name", "rowNumber", "fieldName", "message"]), indent=1)
    assert len(report.tasks) == 16, f"frictionless has read {len(report.tasks)} tables"
    print(f"the data package: {len(report.tasks)} tables are valid")


def check_linkset(service: str) -> None:
    """The catalogue of APIs has the shape of RFC 9264, and its targets are there."""
    status, content_type, body = ask(f"{service}/.well-known/api-catalog")
    assert status == 200 and content_type.startswith("application/linkset+json"), content_type
    assert 'profile="https://www.rfc-editor.org/info/rfc9727"' in content_type, content_type
    linkset = json.loads(body)
    assert set(linkset) == {"linkset"} and linkset["linkset"], linkset
    own = []
    for context in linkset["linkset"]:
        assert isinstance(context["anchor"], str), context
        for relation in set(context) - {"anchor"}:
            for target in context[relation]:
                assert "href" in target and set(target) <= TARGET_MEMBERS, target
                own += [target["href"]] if target["href"].startswith(service) else []
    missing = [url for url in own if ask(url)[0] != 200]
    assert own and not missing, f"the catalogue of APIs leads to what is not there: {missing}"
    print(f"the catalogue of APIs: {len(own)} targets that are there")


def main() -> None:
    service = sys.argv[1]
    check_catalogue(service)
    check_linkset(service)
    check_table(service)
    check_data_package(service)


if __name__ == "__main__":
    main()

"""Tells schemathesis which ids and cursors exist, because a schema can only say that they are texts."""

import json
import os
import re
import urllib.request
from copy import deepcopy
from functools import cache
from urllib.parse import parse_qs, urlsplit

import schemathesis

SERVICE = os.environ["ACIQPLAN_SERVICE"]
SAMPLE = 5
OF_FILES = ("q", "sort", "fields", "labels", "bom", "excel", "lang", "limit", "cursor", "id[prefix]")


def ask(path: str) -> dict:
    with urllib.request.urlopen(SERVICE + path, timeout=30) as response:
        return json.load(response)


@cache
def some_ids(resource: str) -> list[str]:
    """A few ids of the register, from its beginning and its end."""
    path = f"/v1/{resource.replace('_', '-')}?limit={SAMPLE}&sort="
    return sorted({record["id"] for order in ("id", "-id") for record in ask(path + order)["data"]})


def some_cursors(path: str) -> list[str]:
    """The cursor that leads from the first record of a list, or entry of a feed, to the second."""
    name, _, extension = path.partition(".")
    if extension:  # every feed has the cursors of the one in JSON
        following = ask(f"{name}.feed.json?limit=1").get("next_url")
    else:
        following = ask(f"{path}?limit=1")["links"]["next"]
    return parse_qs(urlsplit(following).query)["cursor"] if following else []


@schemathesis.hook
def before_load_schema(context: object, raw_schema: dict) -> None:
    """Lists real values for a parameter called `cursor`, or described as the "id of" or "ids of" a resource.

    An unknown id is refused there, so that a slip of the pen is not taken for an empty answer. With the
    list, made-up requests reach the records, and a text that is not on it must be refused indeed. Where
    the register has no such record there is no right value, and the parameter is left out.
    """
    for schema in raw_schema["components"]["schemas"].values():
        if "id" in schema.get("required", []) and "revision" in schema["properties"]:
            schema["required"] = ["id"]  # `fields` leaves out all others, as the document says
    for path, operations in raw_schema["paths"].items():
        for operation in operations.values():
            given = [resolved(raw_schema, parameter) for parameter in operation.get("parameters", [])]
            operation["parameters"] = [
                real
                for parameter in given
                if is_tried(path, parameter) and (real := with_real_values(path, parameter)) is not None
            ]


def is_tried(path: str, parameter: dict) -> bool:
    """Whether a parameter is tried: files read the filters of their lists by the same code, so it is done there."""
    return "." not in path or parameter["required"] or parameter["name"] in OF_FILES


def resolved(raw_schema: dict, parameter: dict) -> dict:
    """The parameter itself: a copy of a shared one, as each path has cursors of its own."""
    if "$ref" not in parameter:
        return parameter
    return deepcopy(raw_schema["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]])


def with_real_values(path: str, parameter: dict) -> dict | None:
    name = parameter["name"]
    resource = re.search(r"\b[Ii]ds? of `(\w+)`", parameter.get("description", ""))
    if name == "cursor":
        known = some_cursors(path)
    elif resource and ("[" not in name or name.endswith("[ne]")):
        known = some_ids(resource[1])
    else:
        return parameter
    if known:
        parameter["schema"].get("items", parameter["schema"])["enum"] = known
    return parameter if known or parameter["in"] == "path" else None


@schemathesis.hook
def before_call(context: object, case: schemathesis.Case, **_: object) -> None:
    """Asks for a page by its cursor alone: a cursor holds its order, and goes without `page`."""
    if case.query and "cursor" in case.query:
        for name in ("sort", "page"):
            case.query.pop(name, None)

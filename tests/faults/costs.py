"""Checks that no request costs more than it pays for: at 50,000 measures each kind of request is asked once by itself
and then four times at once, and neither its processor time nor its memory nor what others wait for may pass a bound.

The kinds are every path of the OpenAPI document, each with its dearest parameters, and what attackers would send."""

import json
import re
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from os import sysconf
from pathlib import Path
from urllib.parse import quote

from registers import Program, Service, serving

MEASURES = 50_000
PROCESSOR = 2.0  # seconds of one core that an answer may take
MEMORY = 200  # megabytes above what the service holds at rest
STALL = 0.25  # seconds that /healthz may wait meanwhile
AT_ONCE = 4
LARGEST = 500  # records of a page
# What is made once for a state of the register and then kept for everybody: dear the first time, for which who asks
# first is charged; bound in memory, and in what others wait for.
MADE_ONCE = re.compile(r"^/v1/(dataset\.(zip|sqlite|xlsx)|[a-z-]+\.(xlsx|parquet))$")
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


@dataclass
class Kind:
    """A kind of request; `{new}` in its path becomes a number that no request had before it."""

    path: str
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Cost:
    status: int
    processor: float
    memory: float
    seconds: float


def documented(document: dict, ids: dict[str, str]) -> Iterator[Kind]:
    """Every path of the document, bare, and with all that it embeds and counts and sorts by."""
    for path, item in document["paths"].items():
        if "get" not in item:
            continue
        names = {}
        for parameter in item["get"].get("parameters", []):
            if "$ref" in parameter:
                parameter = document["components"]["parameters"][parameter["$ref"].rsplit("/", 1)[1]]
            names[parameter["name"]] = parameter
        resource = path.removeprefix("/v1/").split("/")[0].split(".")[0]
        concrete = re.sub(r"\{[^}]+\}", lambda _: ids.get(resource, "none"), path)
        yield Kind(concrete)
        if "{" in path and "include" in names:
            yield Kind(f"{concrete}?include={','.join(choices(document, names['include']))}")
        if "limit" not in names:
            continue
        new = "&position[ne]={new}" if "position[ne]" in names else ""
        if "include" in names:
            for relation in choices(document, names["include"]):
                yield Kind(f"{concrete}?limit={LARGEST}&include={relation}{new}")
            yield Kind(f"{concrete}?limit={LARGEST}&include={','.join(choices(document, names['include']))}{new}")
        if "facets" in names:
            yield Kind(f"{concrete}?limit={LARGEST}&facets={','.join(choices(document, names['facets']))}{new}")
            if "q" in names:
                yield Kind(f"{concrete}?limit={LARGEST}&q=məlumat&facets={','.join(choices(document, names['facets']))}{new}")
        if "sort" in names:
            for column in choices(document, names["sort"]):
                yield Kind(f"{concrete}?limit={LARGEST}&sort={column}{new}")
        if "q" in names:
            yield Kind(f"{concrete}?limit={LARGEST}&q={quote('məlumat və')}{new}")
        if "by" in names:
            for by in choices(document, names["by"]):
                yield Kind(f"{concrete}?by={by}{new}")


def choices(document: dict, parameter: dict) -> list[str]:
    """The words that a parameter takes."""
    schema = parameter["schema"]
    while "$ref" in schema or "items" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema["items"]
    if "enum" in schema:
        return schema["enum"]
    return re.findall(r"[a-z_.]+", schema.get("pattern", ""))


def hostile(ids: dict[str, str]) -> Iterator[Kind]:
    """What a careless or unkind client sends."""
    prefixes = " OR ".join(f"{letter}*" for letter in ALPHABET)
    pairs = " OR ".join(f"{letter}a*" for letter in ALPHABET[:8])
    yield Kind(f"/v1/search?q={quote(prefixes)}")
    yield Kind(f"/v1/measures?q={quote(prefixes)}")
    yield Kind(f"/v1/measures?q={quote(pairs)}" + "&position[ne]={new}")
    yield Kind(f"/v1/search?q={quote(pairs)}")
    yield Kind(f"/v1/measures/{'x' * 15_900}")
    yield Kind(f"/v1/measures?id={'x' * 15_900}")
    yield Kind("/v1/measures?limit=500&position[ne]={new}", {"If-None-Match": "*"})
    yield Kind("/v1/measures?" + "&".join(f"wrong{number}=1" for number in range(1_500)))
    yield Kind("/v1/measures?title[contains]=a&statement[contains]=e&position[ne]={new}")
    yield Kind("/v1/measures?limit=500&include=status_entries,assignments,assignments.agency&position[ne]={new}")
    yield Kind("/v1/agencies?limit=500&include=assignments,assignments.measure,assignments.measure.status_entries")
    yield Kind("/v1/plans?include=sections,sections.measures,sections.measures.status_entries,sections.measures.assignments")
    yield Kind(f"/v1/plans/{ids['plans']}?include=sections,sections.measures,sections.measures.status_entries")
    yield Kind("/v1/measures.ics?position[ne]={new}")
    yield Kind("/v1/measures/stats?by=id")
    yield Kind("/v1/status-entries/stats?by=measure")
    yield Kind("/v1/changes?limit=500")
    for extension in ("csv", "ndjson", "xlsx", "parquet"):
        yield Kind(f"/v1/measures.{extension}?position[ne]=" + "{new}")


class Trial:
    def __init__(self, service: Service):
        self.service = service
        self.number = 5_000_000
        self.failures: list[str] = []
        self.process = Path(f"/proc/{service.process.pid}")

    def request(self, kind: Kind) -> int:
        """The status; the body is read and forgotten."""
        self.number += 1
        path = quote(kind.path.replace("{new}", str(self.number)), safe="/?&=[]%,.*:;@+$!'()~-_{}")
        asked = urllib.request.Request(self.service.address + path, headers=kind.headers)
        try:
            with urllib.request.urlopen(asked, timeout=120) as answer:
                while answer.read(1 << 20):
                    pass
                return answer.status
        except urllib.error.HTTPError as error:
            error.read()
            return error.code

    def processor(self) -> float:
        """Seconds of a core that the service has taken."""
        words = (self.process / "stat").read_text().rsplit(")", 1)[1].split()
        return (int(words[11]) + int(words[12])) / sysconf("SC_CLK_TCK")

    def measured(self, what: Callable[[], int]) -> Cost:
        (self.process / "clear_refs").write_text("5")  # the peak is counted from here
        rest, before, began = self.service.memory(), self.processor(), time.monotonic()
        status = what()
        return Cost(status, self.processor() - before, self.service.peak() - rest, time.monotonic() - began)

    def several(self, kind: Kind) -> tuple[Cost, float]:
        """Four at once; the longest that /healthz waited meanwhile."""
        stalls: list[float] = [0.0]

        def all_at_once() -> int:
            threads = [threading.Thread(target=self.request, args=[kind]) for _ in range(AT_ONCE)]
            for thread in threads:
                thread.start()
            while any(thread.is_alive() for thread in threads):
                began = time.monotonic()
                assert self.service.get("/healthz")[0] == 200
                stalls.append(time.monotonic() - began)
                time.sleep(0.005)
            return 0

        return self.measured(all_at_once), max(stalls)

    def try_kind(self, kind: Kind) -> None:
        alone = self.measured(lambda: self.request(kind))
        several, stall = self.several(kind)
        wrong = []
        if alone.status == 0 or alone.status >= 500 and alone.status != 503:
            wrong.append(f"status {alone.status}")
        if alone.processor > PROCESSOR and not MADE_ONCE.match(kind.path):
            wrong.append(f"{alone.processor:.1f} s of processor time")
        if max(alone.memory, several.memory) > MEMORY:
            wrong.append(f"{max(alone.memory, several.memory):.0f} MB")
        if stall > STALL:
            wrong.append(f"/healthz waited {stall * 1000:.0f} ms")
        shown = kind.path if len(kind.path) < 110 else kind.path[:100] + f"… ({len(kind.path)} letters)"
        if wrong or alone.processor > PROCESSOR / 2:
            print(
                f"{'FAILED' if wrong else 'dear'}: {shown}: {alone.status}, {alone.processor:.2f} s of processor time, "
                f"{alone.memory:.0f} MB alone, {several.memory:.0f} MB by four, /healthz {stall * 1000:.0f} ms",
                flush=True,
            )
        if wrong:
            self.failures.append(f"{shown}: {', '.join(wrong)}")


def main() -> None:
    binary, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir()
    program = Program(binary, RUST_LOG="warn")
    database = f"sqlite://{folder}/register.sqlite"
    program.must("generate", "--measures", MEASURES, folder / "package")
    program.must("load", folder / "package", "--database", database)
    with serving(program, database, folder / "costs.log") as service:
        document = json.loads(service.get("/openapi.json")[2])
        ids = {}
        for resource in json.loads(service.get("/v1")[2])["data"]["resources"]:
            name = resource["url"].rsplit("/", 1)[1]
            listed = json.loads(service.get(f"/v1/{name}?limit=1")[2])["data"]
            if listed:
                ids[name] = listed[0]["id"]
        trial = Trial(service)
        rest = service.memory()
        kinds = [*documented(document, ids), *hostile(ids)]
        for kind in kinds:
            trial.try_kind(kind)
        print(f"{len(kinds)} kinds of requests at {MEASURES} measures: {len(trial.failures)} cost too much; {rest:.0f} MB at rest, {service.memory():.0f} MB in the end")
    assert not trial.failures, "\n".join(trial.failures)


if __name__ == "__main__":
    main()

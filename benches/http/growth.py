"""Measures how the time of an answer grows from 1,000 to 1,000,000 measures.

    python3 benches/http/growth.py target/dist/aciqplan FOLDER [MEASURES ...]

Makes registers of each size in FOLDER (kept, so that a second run only measures), starts the service on
each, asks many different questions of each kind one after the other, and prints the medians as a table.
Every question has an address of its own, so that none is answered from what was kept ready.
"""

import base64
import csv
import http.client
import itertools
import json
import random
import socket
import statistics
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

from registers import Register

SIZES = [1_000, 10_000, 100_000, 1_000_000]
QUESTIONS = 200
WARM = 20


def some(folder: Path, measures: int, file: str, most: int) -> list[dict[str, str]]:
    """Some rows, from all over the file."""
    with (folder / f"package-{measures}" / f"{file}.csv").open(newline="") as lines:
        count = sum(1 for _ in csv.reader(lines)) - 1
        wanted = set(random.Random(measures).sample(range(count), min(most, count)))
        lines.seek(0)
        rows = [row for number, row in enumerate(csv.DictReader(lines)) if number in wanted]
    random.Random(measures).shuffle(rows)
    return rows


def cursor(measure: dict[str, str]) -> str:
    """The cursor of a page that ended with a measure, as the service makes it."""
    values = [measure["plan_id"], int(measure["position"]), measure["id"]]
    text = json.dumps({"o": "measures:plan_id,position,id", "v": values, "b": False}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


class Service:
    """The service on a register."""

    def __init__(self, binary: Path, register: Path):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [binary, "serve", "--listen", f"127.0.0.1:{self.port}", "--database", f"sqlite://{register}"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(300):
            try:
                self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
                self.get("/readyz")
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("the service did not start")

    def get(self, path: str) -> bytes:
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        assert answer.status == 200, (path, answer.status, body[:500])
        return body

    def median(self, paths: list[str]) -> float:
        """The median of the times of answers, in milliseconds."""
        times = []
        self.connection.close()  # the service does not wait for long while questions are made up
        for path in paths:
            began = time.perf_counter()
            self.get(path)
            times.append(time.perf_counter() - began)
        return statistics.median(times[min(WARM, len(times) // 4) :]) * 1000

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def questions(folder: Path, measures: int) -> dict[str, list[str]]:
    rows = some(folder, measures, "measures", QUESTIONS)
    ids = [row["id"] for row in rows]
    plans = [row["id"] for row in some(folder, measures, "plans", QUESTIONS)]
    levels = ["complete", "substantial", "limited", "not_started"]
    kinds = {"one measure": [f"/v1/measures/{one}" for one in ids]}
    kinds["page of a plan"] = [
        f"/v1/measures?plan={plan}&position[gte]={least}&limit=20"
        for plan, least in zip(itertools.cycle(plans), range(-QUESTIONS, 0))
    ]
    by_level = "/v1/measures?completion_self_reported="
    kinds["page by level"] = [
        f"{by_level}{level}&limit=50&cursor={cursor(row)}" for row, level in zip(rows, itertools.cycle(levels))
    ]
    kinds["page by level, never counted"] = [
        f"{by_level}{level}&limit=50&start_year[gte]={year}" for year, level in zip(range(1900, 1920), itertools.cycle(levels))
    ]
    kinds["deep page by cursor"] = [f"/v1/measures?limit=50&cursor={cursor(row)}" for row in rows]
    quotes = [row["quote"].split() for row in some(folder, measures, "status_entries", 400)]
    threes = [words[:3] for words in quotes if len(words) > 3]
    kinds["search"] = [f"/v1/search?q={'+'.join(map(quote, three))}&limit=20" for three in threes[:60]]
    groups = ["country", "completion_self_reported", "start_year", "last_status_year"]
    kinds["group-by, first time"] = [f"/v1/measures/stats?group_by={group}" for group in groups]
    kinds["group-by, again"] = [
        f"/v1/measures/stats?group_by={group}&{again}" for again in ["", "&", "&&", "&&&"] for group in groups
    ]
    return kinds


def main(binary: Path, folder: Path, sizes: list[int]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    medians: dict[str, dict[int, float]] = {}
    for measures in sizes:
        service = Service(binary, Register(binary, folder, measures).file)
        try:
            for kind, paths in questions(folder, measures).items():
                medians.setdefault(kind, {})[measures] = service.median(paths)
        finally:
            service.stop()
    header = [f"{size:,}" for size in sizes]
    print(f"| median, ms | {' | '.join(header)} | grows |")
    print(f"| --- | {' | '.join('---:' for _ in sizes)} | ---: |")
    for kind, times in medians.items():
        cells = [f"{times[size]:.2f}" for size in sizes]
        print(f"| {kind} | {' | '.join(cells)} | {times[sizes[-1]] / times[sizes[0]]:.2f}× |")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), [int(size) for size in sys.argv[3:]] or SIZES)

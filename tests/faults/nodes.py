"""Checks two services on one PostgreSQL, one of which reads from a streaming standby: how soon each shows a write."""

import json
import re
import statistics
import sys
import time
from pathlib import Path

from registers import MARKS, Program, Service, marked_package, marks_of, serving
from servers import Server

LOADS = 20
SHOWN_WITHIN = 2  # seconds, on a busy machine; a service looks five times a second


def version_of(body: bytes) -> int:
    return json.loads(body)["meta"]["dataset_version"]


def lag(service: Service, version: int, mark: int, written: float) -> float:
    """Seconds from the end of a load to the end of the first answer that has it; no answer may be torn."""
    while True:
        status, _, body = service.get(MARKS)
        assert status == 200, (status, body)
        now = time.monotonic() - written
        if version_of(body) >= version:
            assert marks_of(body) == {mark}, f"version {version} without its load {mark}: {marks_of(body)}"
            return now
        assert marks_of(body) <= {mark - 1}, "an answer that names the old version has the new records"
        assert now < SHOWN_WITHIN, f"{version} is not shown after {now:.1f} s"
        time.sleep(0.005)


def main() -> None:
    binary, seeds, folder, programs = sys.argv[1], *map(Path, sys.argv[2:])
    folder.mkdir()
    program = Program(binary, RUST_LOG="warn")
    primary, standby = Server(programs).initialise(), Server(programs)
    try:
        primary.start()
        primary.ask("CREATE DATABASE register")
        standby.follow(primary).start()
        url, copy = f"{primary.url}/register", f"{standby.url}/register"
        with (
            serving(program, url, folder / "one.log") as one,
            serving(program, url, folder / "other.log", "--read-database", copy) as other,
        ):
            lags: dict[str, list[float]] = {"reads the primary": [], "reads a standby": []}
            for mark in range(1, LOADS + 1):
                said = program.must("load", marked_package(seeds, folder / "package", mark), "--database", url)
                written = time.monotonic()
                version = int(re.search(r"dataset version (\d+)", said)[1])
                for name, node in zip(lags, (one, other)) if mark % 2 else zip(reversed(lags), (other, one)):
                    lags[name].append(lag(node, version, mark, written))
            for name, seconds in lags.items():
                median, most = statistics.median(seconds) * 1000, max(seconds) * 1000
                print(f"the node that {name} shows a load after {median:.0f} ms (median), {most:.0f} ms (most) of {LOADS}")
            primary.stop()
            fresh = other.get("/v1/measures?limit=7")
            assert fresh[0] == 200 and other.get("/readyz")[0] == 200, "a standby answers when the primary is gone"
            assert one.get("/v1/measures?limit=7")[0] == 503
            print("with the primary gone, the node that reads a standby answers; the other refuses with 503")
    finally:
        standby.remove()
        primary.remove()


if __name__ == "__main__":
    main()

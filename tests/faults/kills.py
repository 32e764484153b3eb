"""Checks that kill -9 at random moments, of a load or of the service, loses no write that was acknowledged and leaves
none half, while others read; on both databases."""

import argparse
import random
import re
import signal
import sqlite3
import statistics
import subprocess
import threading
import time
from pathlib import Path

from registers import MARKS, Program, Service, free_port, marked_package, marks_of

READERS = 3
NOTICED_WITHIN = 0.5  # seconds; a service asks PostgreSQL five times a second what was written
READY_WITHIN = 10  # seconds that a start after a kill may take, in a debug build on a busy machine


class Reader(threading.Thread):
    """Reads the marked bodies again and again; remembers what must not be."""

    def __init__(self, address: str):
        super().__init__(daemon=True)
        self.service = Service.__new__(Service)  # only to ask; the process belongs to the trial
        self.service.address = address
        self.stopped = threading.Event()
        self.answers, self.unanswered, self.last = 0, 0, 0
        self.wrong: list[str] = []

    def run(self) -> None:
        while not self.stopped.is_set():
            status, _, body = self.service.get(MARKS)
            if status == 0:  # the service is killed and not yet back
                self.unanswered += 1
                time.sleep(0.02)
                continue
            self.answers += 1
            marks = marks_of(body) if status == 200 else set()
            if status != 200 or len(marks) != 1:
                self.wrong.append(f"{status}, marks {marks}: {body[:200]!r}")
            elif max(marks) < self.last:
                self.wrong.append(f"mark {marks} after {self.last}")
            else:
                self.last = max(marks)


class Trial:
    def __init__(self, program: Program, seeds: Path, folder: Path, name: str, database: str, chance: random.Random):
        self.program, self.seeds, self.folder = program, seeds, folder
        self.name, self.database, self.chance = name, database, chance
        self.port = free_port()
        self.mark = 0

    def start(self) -> Service:
        return Service(self.program, self.database, self.folder / f"{self.name}.log", port=self.port)

    def load(self, mark: int) -> subprocess.Popen:
        package = marked_package(self.seeds, self.folder / f"{self.name}-package", mark)
        command = [self.program.binary, "load", package, "--database", self.database]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.program.environment)

    def load_whole(self) -> float:
        began = time.monotonic()
        self.mark += 1
        assert self.load(self.mark).wait() == 0
        return time.monotonic() - began

    def run(self, moments: int) -> None:
        service = self.start().wait()
        self.load_whole()
        readers = [Reader(service.address) for _ in range(READERS)]
        for reader in readers:
            reader.start()
        whole = statistics.median(self.load_whole() for _ in range(5))
        outcomes = dict.fromkeys(("kept", "undone", "service"), 0)
        slowest = 0.0
        for moment in range(moments):
            load = self.load(self.mark + 1)
            time.sleep(self.chance.uniform(0, 1.2 * whole))
            victim = self.chance.choice(("load", "service"))
            if victim == "load":
                load.kill()
            else:
                service.stop(signal.SIGKILL)
                began = time.monotonic()
                service = self.start().wait(READY_WITHIN)
                slowest = max(slowest, time.monotonic() - began)
                outcomes["service"] += 1
            said = load.communicate()[0]
            acknowledged = load.returncode == 0 or b"unchanged" in said
            assert acknowledged or victim == "load", f"the load failed when the service was killed: {said!r}"
            seen = self.seen(service)
            allowed = {self.mark + 1} if acknowledged else {self.mark, self.mark + 1}
            assert seen in allowed, f"{self.name}, moment {moment}: mark {seen}, but {allowed} may be ({acknowledged=})"
            if not acknowledged:
                outcomes["kept" if seen > self.mark else "undone"] += 1
            self.mark = seen
        for reader in readers:
            reader.stopped.set()
        for reader in readers:
            reader.join()
            assert not reader.wrong, f"{self.name}: a reader saw {reader.wrong[0]}"
        self.load_whole()
        service.stop()
        self.check_whole()
        loads = outcomes["kept"] + outcomes["undone"]
        print(
            f"{self.name}: {moments} kills: {outcomes['service']} of the service, {loads} of a load at work "
            f"({outcomes['undone']} undone, {outcomes['kept']} done but not yet told), the rest after its end; "
            f"every acknowledged write is there, none half, in {sum(reader.answers for reader in readers)} answers "
            f"to {READERS} readers; a start took {slowest:.2f} s at most"
        )
        assert loads >= moments // 8, "too few loads were killed at work to say anything"

    def seen(self, service: Service) -> int:
        """The mark that the register shows, once the service has noticed what was written elsewhere."""
        time.sleep(0 if self.database.startswith("sqlite:") else NOTICED_WITHIN)
        status, _, body = service.get(MARKS)
        assert status == 200, (status, body)
        marks = marks_of(body)
        assert len(marks) == 1, f"{self.name}: half a load: {marks}"
        return marks.pop()

    def check_whole(self) -> None:
        """In the end the register is one to which nothing ever happened, and its history has no gap."""
        export = self.program.export(self.database, self.folder / "export")
        twin = f"sqlite://{self.folder}/{self.name}-twin.sqlite"
        self.program.must("load", self.seeds, "--database", twin)
        package = marked_package(self.seeds, self.folder / "twin-package", self.mark)
        self.program.must("load", package, "--database", twin)
        assert export == self.program.export(twin, self.folder / "export"), f"{self.name}: the registers differ"
        if file := re.fullmatch(r"sqlite://(.*)", self.database):
            connection = sqlite3.connect(file[1])
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("SELECT max(number) - count(*) FROM revisions").fetchall() == [(0,)]
            connection.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("binary", "seeds", "folder", "server", "programs"):
        parser.add_argument(name)
    parser.add_argument("--moments", type=int, default=50)
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    given = parser.parse_args()
    folder, programs = Path(given.folder), Path(given.programs)
    folder.mkdir()
    print(f"seed {given.seed}", flush=True)
    program = Program(given.binary, RUST_LOG="warn")
    psql = [programs / "psql", "--no-psqlrc", "--quiet", f"--dbname={given.server}/postgres", "--command"]
    subprocess.run([*psql, "CREATE DATABASE kills"], check=True)
    for name, database in (("SQLite", f"sqlite://{folder}/kills.sqlite"), ("PostgreSQL", f"{given.server}/kills")):
        chance = random.Random(given.seed)
        Trial(program, Path(given.seeds), folder, name, database, chance).run(given.moments)


if __name__ == "__main__":
    main()

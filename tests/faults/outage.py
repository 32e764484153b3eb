"""Checks that a service outlives its PostgreSQL: ten seconds without it, then a standby that takes its place."""

import itertools
import statistics
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from registers import MARKS, Program, Service, marked_package, marks_of, serving
from servers import Server

OUTAGE = 10  # seconds
NOTICE = 1  # seconds that a service may take to notice that the server is gone
REFUSED_WITHIN = 2  # seconds that a 503 may take at most
BACK_WITHIN = 8  # seconds from the server's return to the last 503
STALE_AFTER = 1  # seconds without a look at the register, after which an answer must tell its age
HOT = "/v1/measures?limit=50"


@dataclass
class Asked:
    """A request and what became of it."""

    kind: str
    began: float
    took: float
    status: int
    headers: dict[str, str]


class Client(threading.Thread):
    """Asks again and again, one request at a time."""

    numbers = itertools.count()

    def __init__(self, service: Service, kind: str, pause: float):
        super().__init__(daemon=True)
        self.service, self.kind, self.pause = service, kind, pause
        self.asked: list[Asked] = []
        self.stopped = threading.Event()
        self.start()

    def path(self) -> str:
        if self.kind == "miss":  # no two alike, so that none is kept
            return f"/v1/measures?limit=50&position[ne]={1_000_000 + next(self.numbers)}"
        return {"hot": HOT, "ready": "/readyz", "alive": "/healthz"}[self.kind]

    def run(self) -> None:
        while not self.stopped.wait(self.pause):
            began = time.monotonic()
            status, headers, _ = self.service.get(self.path())
            self.asked.append(Asked(self.kind, began, time.monotonic() - began, status, headers))


class Crowd:
    """Clients of each kind."""

    def __init__(self, service: Service):
        kinds = ("hot", "hot", "miss", "miss", "miss", "ready", "alive")
        self.clients = [Client(service, kind, 0.02) for kind in kinds]

    def stop(self) -> list[Asked]:
        for client in self.clients:
            client.stopped.set()
        for client in self.clients:
            client.join()
        return sorted((asked for client in self.clients for asked in client.asked), key=lambda asked: asked.began)


def only(asked: list[Asked], kind: str, begin: float = 0, end: float = float("inf")) -> list[Asked]:
    """The requests of a kind that began and ended between two moments."""
    return [one for one in asked if one.kind == kind and begin <= one.began and one.began + one.took <= end]


def statuses(asked: list[Asked]) -> set[int]:
    assert asked, "nothing was asked at that time"
    return {one.status for one in asked}


def outage(program: Program, programs: Path, folder: Path) -> None:
    server = Server(programs).initialise().start()
    try:
        server.ask("CREATE DATABASE register")
        with serving(program, f"{server.url}/register", folder / "outage.log") as service:
            service.get(HOT)
            crowd = Crowd(service)
            time.sleep(3)
            server.stop()
            gone = time.monotonic()
            time.sleep(OUTAGE)
            assert server.process.poll() is not None
            returning = time.monotonic()
            server.start()
            back = time.monotonic()
            time.sleep(BACK_WITHIN + 3)
            asked = crowd.stop()
            judge_outage(asked, gone, returning, back)
    finally:
        server.remove()


def judge_outage(asked: list[Asked], gone: float, returning: float, back: float) -> None:
    """The server was not there from `gone` to `returning`; the service may find it before `back`, when its start ended."""
    assert statuses(asked) == {200, 503}, statuses(asked)
    assert statuses(only(asked, "alive")) == {200}
    misses = only(asked, "miss", gone + NOTICE, returning)
    assert statuses(misses) == {503}, statuses(misses)
    refused = [one for one in asked if one.status == 503]
    without = [one for one in refused if "retry-after" not in {name.lower() for name in one.headers}]
    assert not without, f"a 503 without Retry-After: {without[0]}"
    slowest = max(one.took for one in refused)
    assert slowest <= REFUSED_WITHIN, f"a 503 took {slowest:.1f} s"
    assert statuses(only(asked, "ready", gone + NOTICE, returning)) == {503}
    hot = only(asked, "hot", gone, returning)
    assert statuses(hot) == {200}, "an answer that is kept did not flow on"
    late = [one for one in hot if one.began > gone + NOTICE + STALE_AFTER]
    assert late and all(int(one.headers.get("age", 0)) >= STALE_AFTER for one in late), "a stale answer without its age"
    last = max(one.began + one.took for one in asked if one.status == 503)
    assert last - back <= BACK_WITHIN, f"a 503 {last - back:.1f} s after the server was back"
    assert statuses(only(asked, "ready", last)) == statuses(only(asked, "miss", last)) == {200}
    assert not any("age" in one.headers for one in only(asked, "hot", last + STALE_AFTER)), "still stale"
    print(
        f"PostgreSQL gone for {returning - gone:.1f} s: {len(hot)} hot answers, all 200, those after {STALE_AFTER} s with "
        f"their age; {len(misses)} misses, all 503 with Retry-After, in {statistics.median(m.took for m in misses) * 1000:.0f} ms "
        f"(median) and {slowest * 1000:.0f} ms (most); /readyz 503, /healthz 200; "
        f"the last 503 came {max(0, last - back):.1f} s after the server was back; of {len(asked)} requests none had another status"
    )


def failover(program: Program, programs: Path, seeds: Path, folder: Path) -> None:
    primary, standby = Server(programs).initialise(), Server(programs)
    try:
        primary.start()
        primary.ask("CREATE DATABASE register")
        standby.follow(primary).start()
        # From now on a write is acknowledged when the standby has it.
        primary.ask("ALTER SYSTEM SET synchronous_standby_names = '*'")
        primary.ask("SELECT pg_reload_conf()")
        hosts = f"{primary.host},{standby.host}"
        url = f"postgres://postgres@{hosts}/register?target_session_attrs=read-write"
        with serving(program, url, folder / "failover.log") as service:
            program.must("load", marked_package(seeds, folder / "package", 1), "--database", url)
            client = Client(service, "miss", 0.02)
            time.sleep(1)
            primary.stop()
            gone = time.monotonic()
            time.sleep(3)
            standby.ask("ALTER SYSTEM SET synchronous_standby_names = ''")
            standby.ask("SELECT pg_promote()")
            promoted = time.monotonic()
            program.must("load", marked_package(seeds, folder / "package", 2, records=20), "--database", url)
            wrote = time.monotonic()
            time.sleep(4)
            client.stopped.set()
            client.join()
            assert statuses(client.asked) == {200, 503}, statuses(client.asked)
            last = max(one.began + one.took for one in client.asked if one.status == 503)
            assert statuses([one for one in client.asked if one.began > last]) == {200}
            assert marks_of(service.get(MARKS)[2]) == {1, 2}, "a write that was acknowledged is not there"
            print(
                f"failover: a standby promoted {promoted - gone:.1f} s after the primary was gone; the first load was "
                f"taken {wrote - promoted:.1f} s later, the last 503 came {max(0, last - promoted):.1f} s later; both loads are there"
            )
            fenced(program, service, standby, url, seeds, folder)
    finally:
        standby.remove()
        primary.remove()


def fenced(program: Program, service: Service, server: Server, url: str, seeds: Path, folder: Path) -> None:
    """A server that takes no writes any more is left, even for reads: another one is the primary."""
    server.ask("ALTER SYSTEM SET default_transaction_read_only = on")
    server.ask("SELECT pg_reload_conf()")
    time.sleep(1)
    assert service.get(f"{HOT}&page=2")[0] == 503, "reads go on from a server that is no primary any more"
    package = marked_package(seeds, folder / "package", 3)
    program.refused(69, ("session is read-only", "is not reached"), "load", package, "--database", url)
    server.ask("ALTER SYSTEM RESET default_transaction_read_only")
    server.ask("SELECT pg_reload_conf()")
    service.wait(BACK_WITHIN)
    print("a primary set to read only: its connections are dropped, reads get 503 and loads 69, until it is back")


def main() -> None:
    binary, seeds, folder, programs = sys.argv[1], *map(Path, sys.argv[2:])
    folder.mkdir()
    program = Program(binary, RUST_LOG="warn")
    outage(program, programs, folder)
    failover(program, programs, seeds, folder)


if __name__ == "__main__":
    main()

"""Checks deploy/compose.yaml: a write shows on both nodes, nodes are made anew unnoticed, and the standby takes over."""

import contextlib
import itertools
import resource
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from engine import LOAD, Engine, archive, get, wait_until
from registers import MARKS, free_port, marked_package, marks_of

PROJECT = "aciqplan-trial"
SHOWN_WITHIN = 5  # seconds from a load on one node to its record on the other
REFUSALS = 20  # answers that say that the database is away; a proxy that gives up nodes for them says 502 soon
TAKEN_WITHIN = 30  # seconds from the order to promote the standby to the first load that it takes
HOT = "/v1/measures?limit=50"


def open_files() -> int:
    """What the machine allows, up to what the composition asks for."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    return 65536 if most == resource.RLIM_INFINITY else min(most, 65536)


class Composition:
    """The services of compose.yaml, and the proxy's address."""

    def __init__(self, program: str, image: str, folder: Path):
        listen = f"127.0.0.1:{free_port()}"
        self.address = f"http://{listen}"
        self.folder = folder
        self.engine = Engine(
            program, "compose", "--project-name", PROJECT, "--env-file", "/dev/null", "--file", "deploy/compose.yaml",
            IMAGE=image, LISTEN=listen, OPEN_FILES=str(open_files()), PRIMARY="db-1", POSTGRES_PASSWORD="trial", REPLICATION_PASSWORD="trial",
        )  # fmt: skip
        self.volumes = Engine(program)

    def up(self, *services: str) -> None:
        self.engine.must("up", "--detach", "--no-build", *services)

    def load(self, node: str, seeds: Path, mark: int) -> bool:
        package = archive(marked_package(seeds, self.folder / "package", mark))
        return self.engine.run("exec", "-T", node, *LOAD, given=package).returncode == 0

    def ready(self, node: str) -> bool:
        return self.ask(node, "/readyz") is not None

    def ask(self, node: str, path: str) -> bytes | None:
        """What a node itself answers, if that is good."""
        done = self.engine.run("exec", "-T", node, "curl", "--fail", "--silent", f"http://127.0.0.1:8080{path}")
        return done.stdout if done.returncode == 0 else None

    def marks(self, *nodes: str) -> set[int]:
        """The marks that nodes show; none where one does not answer."""
        bodies = [self.ask(node, MARKS) for node in nodes]
        return set().union(*map(marks_of, bodies)) if all(bodies) else set()

    def sql(self, server: str, statement: str) -> str:
        return self.engine.must("exec", "-T", server, "psql", "--username=aciqplan", "--tuples-only", "--no-align", f"--command={statement}")


class Client(threading.Thread):
    """Asks the proxy for what it keeps and for what nobody has, in turn, as often as one client may."""

    def __init__(self, address: str):
        super().__init__(daemon=True)
        self.address = address
        self.statuses: list[int] = []
        self.stopped = threading.Event()
        self.start()

    def run(self) -> None:
        for number in itertools.count():
            if self.stopped.wait(0.1):
                return
            self.statuses.append(get(self.address + (HOT if number % 2 else f"{HOT}&position[ne]={1_000_000 + number}"))[0])

    def stop(self) -> list[int]:
        self.stopped.set()
        self.join()
        return self.statuses


@contextlib.contextmanager
def composed(program: str, image: str, folder: Path) -> Iterator[Composition]:
    composition = Composition(program, image, folder)
    try:
        composition.up()
        yield composition
    except BaseException:
        print(composition.engine.run("logs", "--tail=20").stdout.decode(), file=sys.stderr)
        raise
    finally:
        composition.engine.must("down", "--volumes", "--timeout=10")


def both_nodes(composition: Composition, seeds: Path) -> None:
    took = wait_until("the proxy finds a node that is ready", lambda: get(f"{composition.address}/readyz")[0] == 200)
    wait_until("both nodes are ready", lambda: composition.ready("api-1") and composition.ready("api-2"))
    assert composition.load("api-1", seeds, 1), "a load on a node is not taken"
    shown = wait_until("the other node shows the load", lambda: composition.marks("api-2") == {1}, SHOWN_WITHIN)
    assert get(composition.address + HOT)[1]["X-Cache"] == "MISS"
    wait_until("the proxy has it", lambda: get(composition.address + HOT)[1]["X-Cache"] == "HIT", 5)
    assert get(f"{composition.address}/metrics")[0] == 404, "/metrics is shown"
    print(f"ready after {took:.0f} s; a load on one node is on the other after {shown:.1f} s; the proxy keeps answers")


def made_anew(composition: Composition) -> None:
    client = Client(composition.address)
    for node in ("api-1", "api-2"):
        composition.up("--force-recreate", "--no-deps", node)
        wait_until(f"{node} is ready", lambda node=node: composition.ready(node))
    # The proxy too may start while a node is away.
    composition.engine.must("stop", "api-2")
    statuses = client.stop()
    assert set(statuses) == {200}, {status: statuses.count(status) for status in set(statuses)}
    composition.engine.must("restart", "proxy")
    wait_until("the proxy starts without one of its nodes", lambda: get(composition.address + HOT)[0] == 200, 10)
    composition.up("--no-deps", "api-2")
    print(f"both nodes made anew, one stopped: {len(statuses)} requests through the proxy, all 200")


def taken_over(composition: Composition, seeds: Path) -> None:
    wait_until("the standby follows", lambda: "streaming" in composition.sql("db-1", "SELECT state FROM pg_stat_replication"))
    client = Client(composition.address)
    composition.engine.must("stop", "db-1")
    wait_until("the proxy passes on what nodes say without a database", lambda: client.statuses.count(503) >= REFUSALS)
    promoted = time.monotonic()
    composition.engine.environment["PRIMARY"] = "db-2"
    composition.up("--no-deps", "db-2")
    wait_until("a load is taken by the standby", lambda: composition.load("api-2", seeds, 2), TAKEN_WITHIN)
    taken = time.monotonic() - promoted
    wait_until("both nodes show it", lambda: composition.marks("api-1", "api-2") == {2}, TAKEN_WITHIN)
    statuses = client.stop()
    assert set(statuses) <= {200, 503}, {status: statuses.count(status) for status in set(statuses)}
    print(f"the standby takes loads {taken:.1f} s after its promotion began; of {len(statuses)} requests {statuses.count(503)} had 503, the rest 200")


def old_primary(composition: Composition) -> None:
    composition.up("db-1")
    wait_until("the old primary says why it does not start", lambda: "db-1 was the primary" in composition.engine.must("logs", "db-1"), 15)
    time.sleep(3)  # a server that starts all the same has started by then
    assert composition.engine.run("exec", "-T", "db-1", "pg_isready").returncode != 0, "there are two primaries"
    composition.engine.must("rm", "--stop", "--force", "db-1")
    composition.volumes.must("volume", "rm", f"{PROJECT}_db-1")
    composition.up("db-1")
    wait_until("the old primary follows", lambda: "streaming" in composition.sql("db-2", "SELECT state FROM pg_stat_replication"))
    print("the old primary does not start with its data, and follows without it")


def main() -> None:
    program, image, seeds, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    with composed(program, image, folder) as composition:
        both_nodes(composition, seeds)
        made_anew(composition)
        taken_over(composition, seeds)
        old_primary(composition)


if __name__ == "__main__":
    main()

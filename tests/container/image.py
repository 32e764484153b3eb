"""Checks the image alone: who it runs as, what it may write, what it keeps, and how it ends."""

import contextlib
import csv
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from engine import LOAD, Engine, archive, get, total, volume, wait_until
from registers import MARKS, marked_package, marks_of

NAME = "aciqplan-trial"
KEPT = "/var/lib/aciqplan"
ENDS_WITHIN = 10  # seconds; five of them are ACIQPLAN_SHUTDOWN_DELAY


class Service:
    """A container of the image, hardened as deploy/README.md says."""

    def __init__(self, engine: Engine, image: str, kept: str, *settings: str):
        self.engine = engine
        words = ("--read-only", "--tmpfs=/tmp:size=512m", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--stop-timeout=45")
        engine.must("run", "--detach", f"--name={NAME}", *words, "--publish=127.0.0.1::8080", f"--volume={kept}:{KEPT}", *settings, image)
        address = engine.must("port", NAME, "8080/tcp").splitlines()[0]
        self.address = f"http://{address}"

    def inside(self, *words: str, given: bytes = b"") -> str:
        return self.engine.must("exec", "--interactive", NAME, *words, given=given)

    def healthy(self) -> bool:
        """What the health check of the image says; podman is told to ask, as it may have no timer of its own."""
        if self.engine.options[0].endswith("podman"):
            return self.engine.run("healthcheck", "run", NAME).returncode == 0
        return self.engine.inspect(NAME, ".State.Health.Status") == "healthy"

    def stop(self) -> tuple[float, int]:
        """Seconds and exit code of an orderly end."""
        began = time.monotonic()
        self.engine.must("stop", NAME)
        return time.monotonic() - began, int(self.engine.inspect(NAME, ".State.ExitCode"))


@contextlib.contextmanager
def serving(engine: Engine, image: str, kept: str, *settings: str) -> Iterator[Service]:
    try:
        service = Service(engine, image, kept, *settings)
        wait_until("the service is ready", lambda: get(f"{service.address}/readyz")[0] == 200)
        yield service
    except BaseException:
        log = engine.run("logs", "--tail=20", NAME)
        print((log.stdout + log.stderr).decode(), file=sys.stderr)
        raise
    finally:
        engine.run("rm", "--force", NAME)


def judge_first_start(service: Service, seeds: Path) -> None:
    with (seeds / "measures.csv").open(newline="") as file:
        measures = sum(1 for _ in csv.DictReader(file))
    shown = total(get(f"{service.address}/v1/measures")[2])
    assert shown == measures, f"{shown} measures at the first start, {measures} in the seeds"
    assert service.inside("id", "-u") != "0", "it runs as root"
    for place in ("/usr/local/bin/aciqplan", "/etc/written", "/written"):
        assert service.engine.run("exec", NAME, "sh", "-c", f"echo >> {place}").returncode != 0, f"{place} can be written"
    waited = wait_until("the health check is good", service.healthy)
    print(f"first start: {measures} measures, as user {service.inside('id', '-u')}, only {KEPT} and /tmp written; healthy after {waited:.0f} s")


def main() -> None:
    program, image, seeds, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4])
    engine = Engine(program)
    with volume(engine, f"{NAME}-kept") as kept:
        with serving(engine, image, kept) as service:
            judge_first_start(service, seeds)
            service.inside(*LOAD, given=archive(marked_package(seeds, folder / "package", 1)))
            service.inside("aciqplan", "backup", f"{KEPT}/backup.sqlite")
            service.inside(*LOAD, given=archive(marked_package(seeds, folder / "package", 2)))
            took, code = service.stop()
            assert code == 0 and took < ENDS_WITHIN, f"ended with {code} after {took:.1f} s"
            print(f"SIGTERM: ended with 0 after {took:.1f} s")
        with serving(engine, image, kept) as service:
            assert marks_of(get(service.address + MARKS)[2]) == {2}, "the next container does not have the last load"
        backup = f"--env=ACIQPLAN_DATABASE=sqlite://{KEPT}/backup.sqlite"
        with serving(engine, image, kept, backup) as service:
            assert marks_of(get(service.address + MARKS)[2]) == {1}, "the backup is not of its moment"
        print("the next container has the last load; a backup, taken inside, has the one before it")


if __name__ == "__main__":
    main()

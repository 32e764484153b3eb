"""What the fault tests share: the program, services to ask, small packages to load, and disks of their own."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

MARKED = 40  # records of a small package: they change together, so that half a load would show


class Program:
    """The binary and what it said."""

    def __init__(self, binary: str, **environment: str):
        self.binary = str(Path(binary).resolve())
        self.environment = os.environ | environment

    def run(self, *words: object, prefix: tuple[str, ...] = ()) -> subprocess.CompletedProcess:
        command = [*prefix, self.binary, *map(str, words)]
        return subprocess.run(command, text=True, capture_output=True, env=self.environment, timeout=300)

    def must(self, *words: object) -> str:
        """Runs what may not fail; returns what it printed."""
        done = self.run(*words)
        assert done.returncode == 0, f"{words}: {done.returncode}: {done.stderr}"
        return done.stdout

    def refused(self, code: int, said: tuple[str, ...], *words: object, prefix: tuple[str, ...] = ()) -> None:
        """Runs what must end with a code and say what is wrong and what to do."""
        done = self.run(*words, prefix=prefix)
        assert done.returncode == code, f"{words}: ended with {done.returncode}, not {code}: {done.stderr}"
        for words_said in said:
            assert words_said in done.stderr, f"{words}: said nothing of {words_said!r}: {done.stderr}"
        assert "panicked" not in done.stderr, done.stderr

    def export(self, database: str, folder: Path) -> dict[str, bytes]:
        """The register as files."""
        shutil.rmtree(folder, ignore_errors=True)
        self.must("export", folder, "--database", database)
        return {file.name: file.read_bytes() for file in sorted(folder.iterdir())}


class Service:
    """A running service; `log` has what it wrote."""

    def __init__(self, program: Program, database: str, log: Path, *more: str, port: int = 0):
        self.port = port or free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = log
        command = [program.binary, "serve", "--listen", f"127.0.0.1:{self.port}", "--database", database, *more]
        with log.open("a") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=file, env=program.environment)

    def get(self, path: str, timeout: float = 30) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body; status 0 where nobody answered."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=timeout) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, dict(error.headers), error.read()
        except (OSError, ValueError):
            return 0, {}, b""

    def wait(self, seconds: float = 60) -> "Service":
        """Waits until it is ready."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            if self.get("/readyz")[0] == 200:
                return self
            time.sleep(0.05)
        raise AssertionError(f"the service did not become ready: {self.log.read_text()[-2000:]}")

    def memory(self) -> float:
        """Resident megabytes."""
        return self._status("VmRSS")

    def peak(self) -> float:
        """The most megabytes that were ever resident."""
        return self._status("VmHWM")

    def _status(self, name: str) -> float:
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))

    def stop(self, how: int = signal.SIGTERM) -> None:
        self.process.send_signal(how)
        self.process.wait(60)


@contextlib.contextmanager
def serving(program: Program, database: str, log: Path, *more: str) -> Iterator[Service]:
    """A service that is ready, and stopped afterwards."""
    service = Service(program, database, log, *more)
    try:
        yield service.wait()
    finally:
        service.stop()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def marked_package(seeds: Path, folder: Path, mark: int, records: int = MARKED) -> Path:
    """A small package: bodies whose names all end in the mark."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    descriptor = json.loads((seeds / "datapackage.json").read_text())
    descriptor["resources"] = [table for table in descriptor["resources"] if table["name"] == "agencies"]
    (folder / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False))
    header = (seeds / "agencies.csv").read_text().split("\n", 1)[0]
    rows = [f"marked-{number},AZ,Qurum {number} nişan {mark},,other,,,[]" for number in range(records)]
    (folder / "agencies.csv").write_text("\n".join([header, *rows, ""]))
    return folder


MARKS = f"/v1/agencies?q=ni%C5%9Fan&fields=name&limit={MARKED}&sort=id"


def marks_of(body: bytes) -> set[int]:
    """The marks that a list of the marked bodies shows; more than one would be half a load."""
    return {int(record["name"].rsplit(" ", 1)[1]) for record in json.loads(body)["data"]}


def may_mount() -> bool:
    return os.geteuid() == 0 and subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode == 0


@contextlib.contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[Path]:
    """A disk of its own that is soon full."""
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", folder], check=True)
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def fill(disk: Path) -> Path:
    """Takes what is left of a disk; returns the file to delete for it to be free again."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(4096))
    return filler

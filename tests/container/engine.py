"""A container engine, what runs in it for a trial, and packages that are sent into it."""

import contextlib
import io
import json
import os
import subprocess
import tarfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path


class Engine:
    """docker or podman; `options` stand before every command."""

    def __init__(self, *options: str, **environment: str):
        self.options = options
        self.environment = os.environ | environment

    def run(self, *words: object, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
        return subprocess.run([*self.options, *map(str, words)], input=given, capture_output=True, env=self.environment, timeout=300)

    def must(self, *words: object, given: bytes = b"") -> str:
        """Runs what may not fail; returns what it printed."""
        done = self.run(*words, given=given)
        assert done.returncode == 0, f"{' '.join(map(str, words))}: {done.returncode}: {done.stdout.decode()}{done.stderr.decode()}"
        return done.stdout.decode().strip()

    def inspect(self, container: str, field: str) -> str:
        return self.must("container", "inspect", "--format", f"{{{{{field}}}}}", container)


@contextlib.contextmanager
def volume(engine: Engine, name: str) -> Iterator[str]:
    """A volume that is gone afterwards."""
    engine.must("volume", "create", name)
    try:
        yield name
    finally:
        engine.must("volume", "rm", name)


def archive(folder: Path) -> bytes:
    """The files of a folder as tar, to be sent into a container whose disk can only be read."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for member in sorted(folder.iterdir()):
            tar.add(member, member.name)
    return file.getvalue()


# Unpacks what `archive` gave in memory, and loads it; deploy/README.md has the same.
LOAD = ("sh", "-c", "cd $(mktemp -d) && tar -x && aciqplan load .; code=$?; rm -r $PWD; exit $code")


def get(url: str, timeout: float = 30) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body; status 0 where nobody answered."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except urllib.error.HTTPError as error:
        return error.code, dict(error.headers), error.read()
    except (OSError, ValueError):
        return 0, {}, b""


def total(body: bytes) -> int:
    return json.loads(body)["meta"]["total"]


def wait_until(what: str, true: Callable[[], bool], seconds: float = 90) -> float:
    """Waits until something holds; returns the seconds that it took."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.1)
    return time.monotonic() - began

"""Servers that are started to be measured, what they take, and the load that is put on them."""

import re
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

# Threads that answer, of every server that can be told.
WORKERS = 2
CONNECTIONS = 64
SECONDS = 4


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


class Server:
    """A server on a port of this machine, until `stop`."""

    def __init__(self, command: list, port: int, ready: str = "/", environment: dict | None = None):
        self.address = f"http://127.0.0.1:{port}"
        began = time.monotonic()
        self.process = subprocess.Popen(
            [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
        )
        while True:
            try:
                urllib.request.urlopen(self.address + ready, timeout=60).read()
                break
            except urllib.error.HTTPError:
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() - began > 120:
                    raise SystemExit(f"{command[0]} did not start")
                time.sleep(0.001)
        self.seconds_to_first_answer = time.monotonic() - began

    def memory(self, what: str = "VmRSS") -> float:
        """The memory that it takes, or took at most (`VmHWM`), in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{what}:\s+(\d+)", status, re.M)[1]) / 1024

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def is_answered(url: str) -> None:
    """Ends the measurement where an address gives no answer of its own: wrk counts a redirect as one."""
    with urllib.request.urlopen(url, timeout=120) as answer:
        if answer.url != url or not answer.read():
            raise SystemExit(f"{url} leads to {answer.url}")


def requests_a_second(url: str, seconds: int = SECONDS) -> float:
    """What wrk gets out of an address; a wrong answer ends the measurement."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", "--timeout", "30s", url]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in printed or "Socket errors: connect" in printed:
        raise SystemExit(f"{url}: {printed}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", printed)[1])


def alternating(addresses: dict[str, str], rounds: int, seconds: int = SECONDS) -> dict[str, float]:
    """The requests a second of several addresses, measured in turns: the median of the rounds."""
    figures: dict[str, list[float]] = {name: [] for name in addresses}
    for url in addresses.values():
        is_answered(url)
    for _ in range(rounds):
        for name, url in addresses.items():
            figures[name].append(requests_a_second(url, seconds))
    return {name: sorted(each)[len(each) // 2] for name, each in figures.items()}

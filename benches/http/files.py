"""What files take: starts, loads and downloads, in time and memory.

    python3 benches/http/files.py BINARIES FOLDER MEASURES

Loads a made-up register of so many measures, and reads its measures in every format.
"""

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from processes import Server, free_port

FORMATS = ["measures.csv", "measures.csv?labels=true", "measures.ndjson", "measures.parquet", "measures.xlsx"]
WHOLE = ["dataset.zip", "dataset.sqlite", "dataset.xlsx"]


def start(binaries: Path, register: Path) -> Server:
    port = free_port()
    command = [binaries / "aciqplan", "serve", "--listen", f"127.0.0.1:{port}", "--database", f"sqlite://{register}"]
    return Server(command, port, "/v1/plans", {**os.environ, "RUST_LOG": "error"})


def starts(binaries: Path, folder: Path) -> None:
    register = folder / "starts.sqlite"
    for file in folder.glob("starts.sqlite*"):
        file.unlink()
    print("| start | to the first answer | memory at rest |")
    print("| --- | ---: | ---: |")
    for name in ["first, which loads the seeds", "second"]:
        server = start(binaries, register)
        print(f"| {name} | {server.seconds_to_first_answer * 1000:.0f} ms | {server.memory():.0f} MB |")
        server.stop()


def timed(command: list) -> tuple[float, float]:
    """Seconds, and the most memory that any process took so far, in MB."""
    began = time.monotonic()
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def load(binaries: Path, folder: Path, measures: int) -> Path:
    package, register = folder / f"package-{measures}", folder / f"loaded-{measures}.sqlite"
    for file in folder.glob(f"{register.name}*"):
        file.unlink()
    if not package.exists():
        subprocess.run([binaries / "aciqplan", "generate", "--measures", str(measures), package], check=True, stdout=subprocess.DEVNULL)
    rows = 0
    for file in package.glob("*.csv"):
        with file.open("rb") as lines:
            rows += sum(1 for _ in lines) - 1  # generated cells have no line breaks
    seconds, memory = timed([binaries / "aciqplan", "load", package, "--database", f"sqlite://{register}"])
    print(f"\nLoading {rows:,} lines: {seconds:.1f} s, {rows / seconds:,.0f} a second (goal 40,000), {memory:.0f} MB at most.\n")
    return register


def downloads(binaries: Path, folder: Path, register: Path) -> None:
    print("| file | bytes | seconds | memory at most |")
    print("| --- | ---: | ---: | ---: |")
    took = {}
    for name in FORMATS + WHOLE:
        server = start(binaries, register)  # anew, so that each has its own peak
        began, size = time.monotonic(), 0
        with urllib.request.urlopen(f"{server.address}/v1/{name}") as answer:
            while piece := answer.read(1 << 20):
                size += len(piece)
        seconds = took[name] = time.monotonic() - began
        print(f"| {name} | {size:,} | {seconds:.2f} | {server.memory('VmHWM'):.0f} MB |")
        server.stop()
    against_sqlite(register, took["measures.csv"])


def against_sqlite(register: Path, seconds: float) -> None:
    """The same columns of the same rows, written by the shell of SQLite."""
    with sqlite3.connect(register) as connection:
        # What the register adds for itself, to sort by, is no column of the file.
        names = [name for _, name, *_ in connection.execute("PRAGMA table_info(measures)") if not name.endswith("_key")]
    began = time.monotonic()
    command = ["sqlite3", "-csv", "-header", register, f"SELECT {', '.join(names)} FROM measures ORDER BY plan_id, position, id"]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    alone = time.monotonic() - began
    print(f"| `sqlite3 -csv`, the same columns and rows | {len(output):,} | {alone:.2f} | |")
    print(f"\nmeasures.csv has {alone / seconds:.0%} of the rows a second of `sqlite3 -csv` (goal 50%).")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        raise SystemExit(__doc__)
    binaries, folder, measures = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    print("\n### Starts\n")
    starts(binaries, folder)
    print(f"\n### Files of a register of {measures:,} measures and as many status entries")
    register = load(binaries, folder, measures)
    downloads(binaries, folder, register)
    shutil.rmtree(folder / f"package-{measures}")

"""What files take: starts, loads and downloads, in time and memory.

    python3 benches/http/files.py BINARIES FOLDER MEASURES [MEASURES ...]

Loads made-up registers of so many measures, and reads the largest row by row; what is built before it is
sent, of one with 100,000 measures at most.
"""

import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from processes import Server, free_port
from registers import Register

# Sent row by row, and made whole before they are sent.
STREAMED = ["measures.csv", "measures.csv?labels=true", "measures.ndjson"]
BUILT = ["measures.parquet", "measures.xlsx", "dataset.zip", "dataset.sqlite", "dataset.xlsx"]
# The size of the register that files are built of, where there is a larger one too.
BUILT_OF = 100_000
# So many measures make a package of a million rows, of which the goal of loads tells.
MILLION_ROWS = 255_000


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


def loads(registers: list[Register]) -> None:
    print("| measures | rows of all files | seconds | rows a second (goal 40,000) | memory at most |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for register in registers:
        rows, seconds, memory = (register.loaded[name] for name in ["rows", "seconds", "memory"])
        print(f"| {register.measures:,} | {rows:,} | {seconds:.1f} | {rows / seconds:,.0f} | {memory:.0f} MB |")


def downloads(binaries: Path, large: Register, small: Register) -> None:
    print("| file | measures | bytes | seconds | memory at most |")
    print("| --- | ---: | ---: | ---: | ---: |")
    took = {}
    for name in STREAMED + BUILT:
        register = large if name in STREAMED else small
        server = start(binaries, register.file)  # anew, so that each has its own peak
        began, size = time.monotonic(), 0
        with urllib.request.urlopen(f"{server.address}/v1/{name}") as answer:
            while piece := answer.read(1 << 20):
                size += len(piece)
        seconds = took[name] = time.monotonic() - began
        print(f"| {name} | {register.measures:,} | {size:,} | {seconds:.2f} | {server.memory('VmHWM'):.0f} MB |")
        server.stop()
    against_sqlite(large, took["measures.csv"])


def against_sqlite(register: Register, seconds: float) -> None:
    """The same columns of the same rows, written by the shell of SQLite."""
    with sqlite3.connect(register.file) as connection:
        # What the register adds for itself, to sort by, is no column of the file.
        names = [name for _, name, *_ in connection.execute("PRAGMA table_info(measures)") if not name.endswith("_key")]
    began = time.monotonic()
    command = ["sqlite3", "-csv", "-header", register.file, f"SELECT {', '.join(names)} FROM measures ORDER BY plan_id, position, id"]
    output = subprocess.run(command, check=True, capture_output=True).stdout
    alone = time.monotonic() - began
    print(f"| `sqlite3 -csv`, the same columns and rows | {register.measures:,} | {len(output):,} | {alone:.2f} | |")
    print(f"\nmeasures.csv has {alone / seconds:.0%} of the rows a second of `sqlite3 -csv` (goal 50%).")


if __name__ == "__main__":
    if len(sys.argv) < 4:
        raise SystemExit(__doc__)
    binaries, folder = Path(sys.argv[1]), Path(sys.argv[2])
    sizes = {int(measures) for measures in sys.argv[3:]}
    if max(sizes) > MILLION_ROWS:
        sizes.add(MILLION_ROWS)
    registers = [Register(binaries / "aciqplan", folder, measures) for measures in sorted(sizes)]
    print("\n### Starts\n")
    starts(binaries, folder)
    print("\n### Loads of made-up packages into SQLite\n")
    loads(registers)
    print("\n### Files of made-up registers\n")
    small = [register for register in registers if register.measures <= BUILT_OF]
    downloads(binaries, registers[-1], small[-1] if small else registers[-1])

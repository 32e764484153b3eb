"""Requests a second: of kept answers, of answers made anew, and of what else could serve the same data.

    python3 benches/http/answers.py BINARIES PYTHON_PROGRAMS SEEDS FOLDER

Every figure is a ratio of servers measured in turns within one run, with the same load.
"""

import os
import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

from processes import WORKERS, Server, alternating, free_port

ROUNDS = 5
QUESTIONS = {
    "50 measures": "/v1/measures?limit=50",
    "one measure": "/v1/measures/az-nap-2016-2018-4.1.1",
    "search": "/v1/measures?q=korrupsiya&limit=10",
}
# The least that an answer made anew should reach of the limit.
GOALS = {"50 measures": 0.10, "one measure": 0.30, "search": 0.05}
LEFT_TO_THE_SERVER = {"date", "content-length", "transfer-encoding", "connection"}


def service(binaries: Path, folder: Path, *flags: str) -> Server:
    port = free_port()
    command = [binaries / "aciqplan", "serve", "--listen", f"127.0.0.1:{port}", "--workers", WORKERS]
    command += ["--database", f"sqlite://{folder}/register.sqlite", *flags]
    return Server(command, port, "/readyz", {**os.environ, "RUST_LOG": "warn"})


def bare(binaries: Path, folder: Path, kept: Server) -> Server:
    """actix-web alone, with the answers that the service gives."""
    for number, path in enumerate(QUESTIONS.values()):
        with urllib.request.urlopen(kept.address + path) as answer:
            headers = [f"{name}: {value}\n" for name, value in answer.headers.items() if name.lower() not in LEFT_TO_THE_SERVER]
            (folder / f"{number}.headers").write_text("".join(headers))
            (folder / f"{number}.body").write_bytes(answer.read())
    port = free_port()
    return Server([binaries / "examples/bare", f"127.0.0.1:{port}", WORKERS, folder], port, "/0")


def against_the_limit(binaries: Path, folder: Path) -> None:
    kept, anew = service(binaries, folder), service(binaries, folder, "--cache-bytes", "0")
    limit = bare(binaries, folder, kept)
    print("| question | actix-web alone | kept | share | goal | made anew | share | goal |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for number, (name, path) in enumerate(QUESTIONS.items()):
        addresses = {"limit": f"{limit.address}/{number}", "kept": kept.address + path, "anew": anew.address + path}
        figures = alternating(addresses, ROUNDS)
        share, of_anew = figures["kept"] / figures["limit"], figures["anew"] / figures["limit"]
        print(
            f"| {name} | {figures['limit']:,.0f} | {figures['kept']:,.0f} | {share:.0%} | 90% "
            f"| {figures['anew']:,.0f} | {of_anew:.1%} | {GOALS[name]:.0%} |"
        )
    for server in (kept, anew, limit):
        server.stop()


def against_others(binaries: Path, programs: Path, seeds: Path, folder: Path) -> None:
    kept, anew = service(binaries, folder), service(binaries, folder, "--cache-bytes", "0")
    (folder / "measures.sqlite").write_bytes(urllib.request.urlopen(kept.address + "/v1/dataset.sqlite").read())
    port = free_port()
    datasette = Server([programs / "datasette", "serve", "--immutable", folder / "measures.sqlite", "--port", port], port)
    port = free_port()
    table = f"measures={seeds / 'measures.csv'}"
    roapi = Server([programs / "roapi", "--addr-http", f"127.0.0.1:{port}", "--addr-postgres", "127.0.0.1:0", "--table", table], port)
    one = QUESTIONS["one measure"].rsplit("/", 1)[1]
    others = {
        "50 measures": ("/measures/measures.json?_size=50", "/api/tables/measures?limit=50"),
        "one measure": (
            f"/measures/measures/{one.replace('.', '~2E')}.json",
            f"/api/tables/measures?filter[id]={quote(chr(39) + one + chr(39))}",
        ),
    }
    print("| question | ROAPI | Datasette | kept ÷ ROAPI (goal 10×) | anew ÷ ROAPI (3×) | kept ÷ Datasette (200×) | anew ÷ Datasette (50×) |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, (of_datasette, of_roapi) in others.items():
        addresses = {
            "kept": kept.address + QUESTIONS[name],
            "anew": anew.address + QUESTIONS[name],
            "roapi": roapi.address + of_roapi,
            "datasette": datasette.address + of_datasette,
        }
        figures = alternating(addresses, 3)
        ratio = lambda ours, theirs: f"{figures[ours] / figures[theirs]:,.1f}×"  # noqa: E731
        print(
            f"| {name} | {figures['roapi']:,.0f} | {figures['datasette']:,.0f} | {ratio('kept', 'roapi')} "
            f"| {ratio('anew', 'roapi')} | {ratio('kept', 'datasette')} | {ratio('anew', 'datasette')} |"
        )
    for server in (kept, anew, datasette, roapi):
        server.stop()


if __name__ == "__main__":
    given = [Path(argument) for argument in sys.argv[1:]]
    if len(given) != 4:
        raise SystemExit(__doc__)
    binaries, programs, seeds, folder = given
    print("\n### Requests a second, of the most that actix-web can send\n")
    against_the_limit(binaries, folder)
    print("\n### Requests a second, beside other services of the same data\n")
    against_others(binaries, programs, seeds, folder)

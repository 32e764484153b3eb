"""Checks that a load killed at any moment leaves the old register or the new one, never a mixture, on both databases."""

import csv
import json
import shutil
import subprocess
import sys
import time
from itertools import cycle
from pathlib import Path

# How a command ends that only reads, where it would have to make tables.
NO_REGISTER = 78
MOMENTS = 12
EXTRA_MEASURES = 3000  # enough work for the kills to land inside a load


def make_package(seeds: Path, package: Path, mark: str) -> Path:
    """Copies the seed with many more measures, whose titles end in the mark."""
    shutil.copytree(seeds, package, ignore=shutil.ignore_patterns("*.md"))
    descriptor = json.loads((package / "datapackage.json").read_text())
    for resource in descriptor["resources"]:
        resource.pop("bytes", None)
        resource.pop("hash", None)
    (package / "datapackage.json").write_text(json.dumps(descriptor, ensure_ascii=False, indent=2))
    with (package / "measures.csv").open(newline="") as file:
        reader = csv.DictReader(file)
        columns, measures = reader.fieldnames, list(reader)
    for number, like in zip(range(EXTRA_MEASURES), cycle(list(measures))):
        own = {"id": f"{like['id']}-extra-{number}", "number": "", "position": 10_000 + number}
        measures.append(like | own | {"title": f"{like['title']} {mark}"})
    with (package / "measures.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(measures)
    return package


class Sqlite:
    """Registers that are files in a folder."""

    name = "SQLite"

    def __init__(self, folder: Path):
        self.folder = folder

    def url(self, register: str) -> str:
        return f"sqlite://{self.folder}/{register}.sqlite"

    def create(self, register: str) -> None:
        (self.folder / f"{register}.sqlite").touch()  # what only reads makes none

    def copy(self, old: str, new: str) -> None:
        for suffix in ("", "-wal"):
            file = self.folder / f"{old}.sqlite{suffix}"
            if file.exists():
                shutil.copy(file, self.folder / f"{new}.sqlite{suffix}")

    def settle(self, register: str) -> None:
        pass  # nobody works on after the process is gone


class Postgres:
    """Registers that are databases of a server."""

    name = "PostgreSQL"

    def __init__(self, server: str, programs: Path):
        self.server, self.psql = server, programs / "psql"

    def url(self, register: str) -> str:
        return f"{self.server}/kill_{register}"

    def ask(self, statement: str) -> str:
        command = [self.psql, "--no-psqlrc", "--quiet", "--tuples-only", f"--dbname={self.server}/postgres", "--command"]
        return subprocess.run([*command, statement], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    def create(self, register: str) -> None:
        self.ask(f"CREATE DATABASE kill_{register}")

    def copy(self, old: str, new: str) -> None:
        self.settle(old)
        self.ask(f"CREATE DATABASE kill_{new} TEMPLATE kill_{old}")

    def settle(self, register: str) -> None:
        """Waits until the server has noticed that its client is gone."""
        for _ in range(300):
            if self.ask(f"SELECT count(*) FROM pg_stat_activity WHERE datname = 'kill_{register}'") == "0":
                return
            time.sleep(0.1)
        sys.exit(f"{register}: the server still works on the load that was killed")


class Trial:
    def __init__(self, binary: Path, database: Sqlite | Postgres, folder: Path):
        self.binary, self.database, self.folder = binary, database, folder

    def load(self, package: Path, register: str, **streams: object) -> subprocess.Popen:
        return subprocess.Popen([self.binary, "load", package, "--database", self.database.url(register)], **streams)

    def load_whole(self, package: Path, register: str) -> None:
        if self.load(package, register, stdout=subprocess.DEVNULL).wait() != 0:
            sys.exit(f"{self.database.name}: {register}: the load failed")

    def export(self, register: str, name: str) -> dict[str, bytes]:
        folder = self.folder / f"export-{self.database.name}-{name}"
        command = [self.binary, "export", folder, "--database", self.database.url(register)]
        exported = subprocess.run(command, text=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if exported.returncode == NO_REGISTER:
            return {}  # there are no tables yet, or not all of them
        assert exported.returncode == 0, exported.stderr
        return {file.name: file.read_bytes() for file in folder.iterdir()}

    def run(self, kind: str, old: Path | None, new: Path) -> None:
        """Kills loads of a register that has the old package, or none yet."""
        database = self.database
        before, after = f"{kind}_old", f"{kind}_new"
        database.create(before)
        if old is not None:
            self.load_whole(old, before)
        like_before = before
        if old is None:  # as it is with its tables made
            like_before = f"{kind}_empty"
            database.create(like_before)
            subprocess.run([self.binary, "migrate", "--database", database.url(like_before)], check=True)
        exports = {"old": self.export(like_before, like_before)}
        database.copy(before, after)
        began = time.monotonic()
        self.load_whole(new, after)
        whole = time.monotonic() - began
        exports["new"] = self.export(after, after)
        if exports["old"] == exports["new"]:
            sys.exit(f"{database.name}: the two packages give the same register, so nothing would be seen")

        ended, at_work = {"old": 0, "new": 0}, 0
        for moment in range(MOMENTS):
            register = f"{kind}_trial{moment}"
            database.copy(before, register)
            load = self.load(new, register, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(whole * (moment + 0.5) / MOMENTS)
            load.kill()
            at_work += load.wait() != 0
            database.settle(register)
            export = self.export(register, register)
            if old is None and not export:
                export = exports["old"]  # killed before its tables were made
            state = next((state for state, expected in exports.items() if export == expected), None)
            if state is None:
                sys.exit(f"{database.name}: killed at moment {moment + 1} of {MOMENTS}, the register is a mixture")
            ended[state] += 1
        self.load_whole(new, register)
        if self.export(register, f"{kind}_again") != exports["new"]:
            sys.exit(f"{database.name}: after a kill, a new load does not give the new register")
        print(
            f"{database.name}, {kind} load: of {MOMENTS} of {whole:.1f} s each, {at_work} were killed at work; "
            f"{ended['old']} left the old register, {ended['new']} the new one"
        )
        if at_work < MOMENTS // 2:
            sys.exit(f"{database.name}: too few kills came before the load had ended to say anything")


def main() -> None:
    binary, seeds, folder, server, programs = sys.argv[1:]
    folder = Path(folder)
    folder.mkdir()
    old = make_package(Path(seeds), folder / "old-package", "(köhnə)")
    new = make_package(Path(seeds), folder / "new-package", "(yeni)")
    for database in (Sqlite(folder), Postgres(server, Path(programs))):
        trial = Trial(Path(binary).resolve(), database, folder)
        trial.run("first", None, new)
        trial.run("next", old, new)


if __name__ == "__main__":
    main()

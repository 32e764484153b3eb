"""Checks backups taken while a register is served and written: each is one whole state, and restores to equal content."""

import re
import shutil
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

from registers import MARKS, Program, Service, fill, marked_package, marks_of, may_mount, serving, small_disk

BACKUPS = 4
QUESTIONS = (
    "/v1/measures?limit=500&include=assignments.agency",
    "/v1/search?q=b%C3%BCdc%C9%99nin",
    "/v1/changes?limit=500",
    "/v1/measures/stats?group_by=plan",
    MARKS,
)


class Loads(threading.Thread):
    """Loads small packages one after another until it is told to stop."""

    def __init__(self, program: Program, seeds: Path, folder: Path, database: str):
        super().__init__(daemon=True)
        self.program, self.seeds, self.folder, self.database = program, seeds, folder, database
        self.done, self.stopped = 0, threading.Event()
        self.start()

    def run(self) -> None:
        while not self.stopped.is_set():
            package = marked_package(self.seeds, self.folder / "loads", self.done + 1)
            self.program.must("load", package, "--database", self.database)
            self.done += 1

    def stop(self) -> int:
        self.stopped.set()
        self.join()
        return self.done


class Trial:
    def __init__(self, program: Program, seeds: Path, folder: Path):
        self.program, self.seeds, self.folder = program, seeds, folder
        self.expected: dict[int, dict[str, bytes]] = {}

    def after(self, mark: int) -> dict[str, bytes]:
        """What a register exports after the load with this mark, whatever came before it."""
        if mark not in self.expected:
            url = f"sqlite://{self.folder}/expected-{mark}.sqlite"
            self.program.must("load", self.seeds, "--database", url)
            if mark:
                package = marked_package(self.seeds, self.folder / "expected", mark)
                self.program.must("load", package, "--database", url)
            self.expected[mark] = self.program.export(url, self.folder / "export")
        return self.expected[mark]

    def check(self, name: str, restored: str) -> int:
        """The register restored from a backup is what some load has left, to the byte; returns its mark."""
        export = self.program.export(restored, self.folder / "export")
        marks = set(re.findall(r"nişan (\d+)", export["agencies.csv"].decode()))
        assert len(marks) <= 1, f"{name}: the backup has half a load: {marks}"
        mark = int(marks.pop()) if marks else 0
        assert export == self.after(mark), f"{name}: the backup differs from the register after load {mark}"
        return mark

    def check_answers(self, service: Service, restored: str) -> None:
        """The restored register answers what the original does."""
        with serving(self.program, restored, self.folder / "restored.log", "--public-url", "http://x.example") as other:
            for question in QUESTIONS:
                ours, theirs = service.get(question), other.get(question)
                assert ours[0] == theirs[0] == 200 and ours[2] == theirs[2], f"{question}: {ours[0]} {theirs[0]}"

    def sqlite(self) -> None:
        folder = self.folder / "sqlite"
        folder.mkdir()
        url = f"sqlite://{folder}/register.sqlite"
        with serving(self.program, url, self.folder / "sqlite.log", "--public-url", "http://x.example") as service:
            loads = Loads(self.program, self.seeds, self.folder, url)
            marks = []
            for number in range(BACKUPS):
                backup = folder / f"backup-{number}.sqlite"
                self.program.must("backup", backup, "--database", url)
                assert service.get("/v1/measures")[0] == 200
                marks.append(self.check("SQLite", f"sqlite://{shutil.copy(backup, folder / 'restored.sqlite')}"))
            done = loads.stop()
            last = folder / "last.sqlite"
            self.program.must("backup", last, "--database", url)
            self.refusals(folder, url, last)
            assert self.check("SQLite", f"sqlite://{last}") == done
            self.check_answers(service, f"sqlite://{last}")
            assert marks_of(service.get(MARKS)[2]) == {done}
        connection = sqlite3.connect(last)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        connection.close()
        print(f"SQLite: {BACKUPS} backups during {done} loads, at marks {marks}: each one whole state; answers equal")
        assert len(set(marks)) > 1, "no load came between the backups, so this says little"

    def refusals(self, folder: Path, url: str, backup: Path) -> None:
        before = backup.read_bytes()
        self.program.refused(73, (str(backup), "there already"), "backup", backup, "--database", url)
        assert backup.read_bytes() == before
        absent = ("backup", folder / "none.sqlite", "--database", f"sqlite://{folder}/absent.sqlite")
        self.program.refused(66, ("no register", "absent.sqlite"), *absent)
        assert not (folder / "absent.sqlite").exists() and not (folder / "none.sqlite").exists()
        if may_mount():
            with small_disk(folder / "full", 2) as disk:
                fill(disk)
                self.program.refused(74, ("full",), "backup", disk / "backup.sqlite", "--database", url)
                assert [file.name for file in disk.iterdir()] == ["filler"], "a part of a backup is left"
        assert not list(folder.glob(".backup-*")), "a part of a backup is left"

    def postgres(self, server: str, programs: Path) -> None:
        def psql(statement: str) -> None:
            command = [programs / "psql", "--no-psqlrc", "--quiet", f"--dbname={server}/postgres", "--command", statement]
            subprocess.run(command, check=True)

        psql("CREATE DATABASE backup_original")
        url = f"{server}/backup_original"
        with serving(self.program, url, self.folder / "postgres.log", "--public-url", "http://x.example") as service:
            said = ("pg_dump --format=custom --file=FILE --dbname=URL", "pg_restore --dbname=URL FILE")
            self.program.refused(2, said, "backup", self.folder / "none.dump", "--database", url)
            loads = Loads(self.program, self.seeds, self.folder, url)
            marks = []
            for number in range(BACKUPS // 2 + 1):
                if number == BACKUPS // 2:
                    done = loads.stop()  # the last one, of a register that rests
                dump, restored = self.folder / f"backup-{number}.dump", f"{server}/backup_{number}"
                dump_command = [programs / "pg_dump", "--format=custom", f"--file={dump}", f"--dbname={url}"]
                subprocess.run(dump_command, check=True)
                psql(f"CREATE DATABASE backup_{number}")
                subprocess.run([programs / "pg_restore", f"--dbname={restored}", dump], check=True)
                marks.append(self.check("PostgreSQL", restored))
            self.check_answers(service, restored)
        assert marks[-1] == done and len(set(marks)) > 1, (marks, done)
        print(f"PostgreSQL: {len(marks)} dumps during {done} loads, at marks {marks}: each one whole state; answers equal")


def main() -> None:
    binary, seeds, folder, server, programs = sys.argv[1:]
    folder = Path(folder)
    folder.mkdir()
    trial = Trial(Program(binary, RUST_LOG="warn"), Path(seeds), folder)
    trial.sqlite()
    trial.postgres(server, Path(programs))


if __name__ == "__main__":
    main()

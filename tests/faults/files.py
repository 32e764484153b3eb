"""Checks what becomes of a register in SQLite when its disk or its file goes wrong: a clear word, a right exit code,
nothing lost."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from registers import MARKS, Program, fill, marked_package, marks_of, may_mount, serving, small_disk

IMMUTABLE = "immutable=1"  # what SQLite calls a file that nobody can change
EMPTY_DISK, DISK = 2, 12  # megabytes: less than the register needs; enough for it and the log of writes


class Trial:
    def __init__(self, program: Program, seeds: Path, folder: Path):
        self.program, self.seeds, self.folder = program, seeds, folder
        self.original = folder / "original.sqlite"
        program.must("load", seeds, "--database", f"sqlite://{self.original}")
        self.whole = self.export(self.original)

    def export(self, register: Path) -> dict[str, bytes]:
        return self.program.export(f"sqlite://{register}", self.folder / "export")

    def package(self, mark: int, records: int = 40) -> Path:
        return marked_package(self.seeds, self.folder / f"package-{mark}", mark, records)

    def copy(self, name: str) -> Path:
        return Path(shutil.copy(self.original, self.folder / name))

    def disk_full_at_first(self) -> None:
        with small_disk(self.folder / "first", EMPTY_DISK) as disk:
            register = f"sqlite://{disk}/register.sqlite"
            said = ("full", str(disk), "Free some space")
            self.program.refused(74, said, "load", self.seeds, "--database", register)
            self.program.refused(74, said, "serve", "--listen", "127.0.0.1:0", "--database", register)
        print(f"a disk of {EMPTY_DISK} MB: load and serve end with 74 and say that it is full")

    def disk_full_while_serving(self) -> None:
        with small_disk(self.folder / "serving", DISK) as disk:
            register = Path(shutil.copy(self.original, disk / "register.sqlite"))
            url = f"sqlite://{register}"
            with serving(self.program, url, self.folder / "full.log") as service:
                self.program.must("load", self.package(1), "--database", url)
                before = self.export(register)
                filler = fill(disk)
                self.program.refused(74, ("full", str(disk)), "load", self.package(2, 4000), "--database", url)
                for round_ in range(50):
                    status, _, body = service.get(f"/v1/measures?limit={round_ + 1}")
                    assert status == 200, (status, body)
                assert marks_of(service.get(MARKS)[2]) == {1}, "a part of the load is there"
                assert service.get("/v1/measures.csv")[0] == service.get("/readyz")[0] == 200
                assert self.export(register) == before, "the register is not as it was before the load that failed"
                filler.unlink()
                self.program.must("load", self.package(3), "--database", url)
                assert marks_of(service.get(MARKS)[2]) == {3}
            integrity(register)
        print("a disk that fills while serving: 54 of 54 reads answered, the load ends with 74 and leaves nothing")

    def disk_full_for_others(self) -> None:
        with small_disk(self.folder / "others", EMPTY_DISK) as disk:
            fill(disk)
            url = f"sqlite://{self.original}"
            self.program.refused(74, ("Free some space",), "export", disk / "export", "--database", url)
        print("a full disk to export to: 74")

    def read_only(self) -> None:
        with small_disk(self.folder / "read-only", DISK) as disk:
            register = Path(shutil.copy(self.original, disk / "register.sqlite"))
            url = f"sqlite://{register}"
            subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
            said = ("unable to open", str(register), f"?{IMMUTABLE}")
            self.program.refused(66, said, "load", self.package(4), "--database", url)
            url = f"sqlite://file:{register}?{IMMUTABLE}"
            said = ("readonly", str(register), "Allow this user to write")
            self.program.refused(77, said, "load", self.package(4), "--database", url)
            with serving(self.program, url, self.folder / "read-only.log") as service:
                assert service.get("/v1/measures")[0] == service.get("/readyz")[0] == 200
            assert self.program.export(url, self.folder / "export") == self.whole
        print(f"a disk that can only be read: 66; with ?{IMMUTABLE} load ends with 77, serve and export work")

    def not_permitted(self) -> None:
        """As a user who may not write: a file, then a folder."""
        place = self.folder / "not-permitted"
        place.mkdir()
        register = Path(shutil.copy(self.original, place / "register.sqlite"))
        nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
        program = Path(shutil.copy(self.program.binary, self.folder / "program"))
        for path in (self.folder, program, place):
            path.chmod(0o755)
        register.chmod(0o444)
        theirs = Program(str(program))
        load = ("load", self.package(5), "--database", f"sqlite://{register}")
        theirs.refused(77, ("readonly", str(register), "Allow this user to write"), *load, prefix=nobody)
        register.chmod(0o000)
        theirs.refused(66, ("unable to open", str(register), "this user may read and write"), *load, prefix=nobody)
        absent = ("load", self.package(5), "--database", f"sqlite://{place}/new.sqlite")
        theirs.refused(66, ("unable to open", "new.sqlite"), *absent, prefix=nobody)
        register.chmod(0o644)
        assert self.export(register) == self.whole
        print("a file that another user owns: 77 where it can be read, 66 where it cannot or its folder is closed")

    def damaged(self) -> None:
        header = self.copy("header.sqlite")
        with header.open("r+b") as file:
            file.write(b"This is a letter and no database.")
        for command in ("load", "export", "serve"):
            words = {
                "load": (self.seeds,),
                "export": (self.folder / "none",),
                "serve": ("--listen", "127.0.0.1:0"),
            }[command]
            said = ("not a database", str(header), "put a backup in its place")
            self.program.refused(65, said, command, *words, "--database", f"sqlite://{header}")
        middle = self.copy("middle.sqlite")
        with sqlite3.connect(middle) as connection:
            (length,) = connection.execute("PRAGMA page_size").fetchone()
            # Tables that are read for no start.
            asked = "SELECT rootpage FROM sqlite_master WHERE name IN ('measures', 'agencies')"
            pages = [page for (page,) in connection.execute(asked)]
        connection.close()
        with middle.open("r+b") as file:
            for page in pages:
                file.seek((page - 1) * length)
                file.write(os.urandom(length))
        damaged = middle.read_bytes()
        url = f"sqlite://{middle}"
        said = ("malformed", str(middle), "put a backup in its place")
        self.program.refused(65, said, "export", self.folder / "none", "--database", url)
        self.program.refused(65, said, "load", self.package(6), "--database", url)
        assert middle.read_bytes() == damaged, "a load that failed has changed a damaged file"
        with serving(self.program, url, self.folder / "damaged.log", "--empty") as service:
            status, _, body = service.get("/v1/measures?limit=500")
            assert status == 500 and b"malformed" not in body, (status, body)
            assert service.get("/healthz")[0] == 200
        assert "malformed" in (self.folder / "damaged.log").read_text()
        print("a damaged file: 65 by its header and in the middle; the service answers 500 and its log says why")

    def later(self) -> None:
        register = self.copy("later.sqlite")
        with sqlite3.connect(register) as connection:
            connection.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000')")
        connection.close()
        as_it_was = register.read_bytes()
        for words in (("load", self.seeds), ("serve", "--listen", "127.0.0.1:0"), ("export", self.folder / "none")):
            said = ("later version", "20990101000000", str(register), "Install the later version")
            self.program.refused(78, said, *words, "--database", f"sqlite://{register}")
        assert register.read_bytes() == as_it_was, "a register of a later version was changed"
        print("a register of a later version: 78, and not a byte of it changes")

    def clock_set_back(self) -> None:
        register = self.copy("clock.sqlite")
        url = f"sqlite://{register}"
        self.program.must("load", self.package(7), "--database", url)
        package = self.package(8)
        if shutil.which("faketime"):
            how = "by faketime"
            real = {name: value for name, value in os.environ.items() if name != "SOURCE_DATE_EPOCH"}
            command = ["faketime", "2019-01-01 00:00:00", self.program.binary, "load", package, "--database", url]
            done = subprocess.run(command, text=True, capture_output=True, env=real, timeout=120)
        else:
            how = "by SOURCE_DATE_EPOCH"
            done = Program(self.program.binary, SOURCE_DATE_EPOCH="1546300800").run("load", package, "--database", url)
        assert done.returncode == 0, done.stderr
        with sqlite3.connect(register) as connection:
            moments = [at for (at,) in connection.execute("SELECT at FROM revisions ORDER BY number")]
        connection.close()
        assert moments == sorted(moments), "a revision is older than the one before it"
        with serving(self.program, url, self.folder / "clock.log") as service:
            assert marks_of(service.get(MARKS)[2]) == {8}
        print(f"a clock set back to 2019 ({how}): the load is taken, and no revision is older than the one before")


def integrity(register: Path) -> None:
    connection = sqlite3.connect(register)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    connection.close()


def main() -> None:
    binary, seeds, folder = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir()
    trial = Trial(Program(binary, RUST_LOG="info"), seeds, folder)
    trial.damaged()
    trial.later()
    trial.clock_set_back()
    if may_mount():
        trial.disk_full_at_first()
        trial.disk_full_while_serving()
        trial.disk_full_for_others()
        trial.read_only()
        trial.not_permitted()
    else:
        print("NOT TRIED: full disks and files that can only be read need root and the right to mount")


if __name__ == "__main__":
    main()

"""PostgreSQL servers of a trial's own, to stop, start, follow and promote."""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from registers import free_port


class Server:
    """A server with its data in a folder of its own; `sync` makes it wait for its standby."""

    def __init__(self, programs: Path):
        self.programs = programs
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="aciqplan-server-"))
        self.log = self.folder.with_suffix(".log")
        self.process: subprocess.Popen | None = None
        self.user: dict[str, object] = {}
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            names = {entry.pw_name for entry in pwd.getpwall()}
            user = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
            self.user = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
            os.chown(self.folder, user.pw_uid, user.pw_gid)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"postgres://postgres@{self.host}"

    def command(self, program: str, *words: object) -> subprocess.CompletedProcess:
        command = [self.programs / program, *map(str, words)]
        done = subprocess.run(command, text=True, capture_output=True, cwd="/", **self.user)
        assert done.returncode == 0, f"{program}: {done.stderr}"
        return done

    def initialise(self) -> "Server":
        self.command(
            "initdb", f"--pgdata={self.folder}", "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8", "--no-sync",
        )  # fmt: skip
        return self

    def follow(self, primary: "Server") -> "Server":
        """Becomes a streaming standby."""
        self.command("pg_basebackup", f"--pgdata={self.folder}", f"--dbname={primary.url}/postgres", "--write-recovery-conf", "--checkpoint=fast")
        return self

    def start(self, *settings: str) -> "Server":
        words = ["-D", self.folder, "-p", str(self.port)]
        for setting in ("listen_addresses=127.0.0.1", "unix_socket_directories=", *settings):
            words += ["-c", setting]
        with self.log.open("a") as log:
            command = [self.programs / "postgres", *words]
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/", **self.user)
        for _ in range(150):
            if subprocess.run([self.programs / "pg_isready", "--quiet", f"--dbname={self.url}/postgres"]).returncode == 0:
                return self
            time.sleep(0.1)
        raise AssertionError(f"PostgreSQL did not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """At once, as if the machine were gone: open connections break."""
        if self.process and self.process.poll() is None:
            self.command("pg_ctl", "stop", "-D", self.folder, "-m", "immediate")
            self.process.wait(60)

    def ask(self, statement: str) -> str:
        words = ("--no-psqlrc", "--quiet", "--tuples-only", "--no-align", f"--dbname={self.url}/postgres", "--command")
        return self.command("psql", *words, statement).stdout.strip()

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)
        self.log.unlink(missing_ok=True)

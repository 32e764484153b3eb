"""Checks a start behind PgBouncer in transaction mode: one that loses prepared statements is told in a second."""

import contextlib
import os
import pwd
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from registers import Program, free_port, serving
from servers import Server

WITHIN, AT_MOST = 1.0, 30.0  # seconds: of the quickest of several starts, and of each on a busy machine
CONNECTIONS = 5  # of a start
PUT_BEHIND = 21  # from PgBouncer 1.21 on prepared statements are kept apart for each client
SAID = ("loses prepared statements", "PgBouncer before 1.21", "transaction mode", "session mode")


def pgbouncer() -> str:
    program = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert program, "PgBouncer is missing (Debian: pgbouncer)"
    return program


@contextlib.contextmanager
def pooled(server: Server, folder: Path, mode: str) -> Iterator[str]:
    """PgBouncer before a server; gives the URL of the register behind it."""
    port, settings = free_port(), folder / f"{mode}.ini"
    users = folder / "users.txt"
    users.write_text('"postgres" ""\n')
    settings.write_text(
        f"[databases]\nregister = host=127.0.0.1 port={server.port} dbname=register\n"
        f"[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\nauth_type = trust\nauth_file = {users}\n"
        f"pool_mode = {mode}\ndefault_pool_size = 4\nunix_socket_dir =\nignore_startup_parameters = extra_float_digits\n"
    )
    user = {}
    if os.geteuid() == 0:  # PgBouncer refuses to run as root, too
        nobody = pwd.getpwnam("nobody")
        user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
    with (folder / f"{mode}.log").open("w") as log:
        process = subprocess.Popen([pgbouncer(), settings], stdout=log, stderr=log, cwd="/", **user)
    url = f"postgres://postgres@127.0.0.1:{port}/register"
    try:
        for _ in range(100):
            if subprocess.run([server.programs / "pg_isready", "--quiet", f"--dbname={url}"]).returncode == 0:
                break
            time.sleep(0.05)
        else:
            raise AssertionError(f"PgBouncer did not start: {(folder / f'{mode}.log').read_text()}")
        yield url
    finally:
        process.terminate()
        process.wait(30)


def refused(program: Program, *words: str) -> float:
    """Starts what cannot work; gives the seconds that it took to say so."""
    began = time.monotonic()
    done = program.run(*words)
    took = time.monotonic() - began
    assert done.returncode == 78, f"{words}: ended with {done.returncode}: {done.stderr}"
    for said in SAID:
        assert said in done.stderr, f"said nothing of {said!r}: {done.stderr}"
    assert took < AT_MOST, f"{words[0]} said so after {took:.1f} s"
    return took


def main() -> None:
    binary, seeds, folder, programs = sys.argv[1], *map(Path, sys.argv[2:])
    folder.mkdir()
    folder.chmod(0o755)
    program = Program(binary, RUST_LOG="warn")
    version = subprocess.run([pgbouncer(), "--version"], text=True, capture_output=True).stdout.splitlines()[0]
    is_old = tuple(map(int, re.findall(r"\d+", version)[:2])) < (1, PUT_BEHIND)
    server = Server(programs).initialise().start()
    try:
        server.ask("CREATE DATABASE register")
        program.must("load", seeds, "--database", f"{server.url}/register")
        with pooled(server, folder, "session") as url, serving(program, url, folder / "service.log") as service:
            assert service.get("/v1/measures?limit=7")[0] == 200, "session mode works"
        with pooled(server, folder, "transaction") as url:
            if is_old:
                commands = [("serve",), ("check", str(seeds)), ("serve",), ("serve",)]
                took = [refused(program, *command, "--database", url) for command in commands]
                assert min(took) < WITHIN, f"the quickest start said so after {min(took):.1f} s"
                tries = (folder / "transaction.log").read_text().count("login attempt")
                assert tries <= CONNECTIONS * len(commands) + 1, f"{tries} connections in {len(commands)} starts"
                print(f"{version}: transaction mode is refused in {min(took):.2f} s with what is at fault; session mode works")
            else:
                print(f"{version}: it keeps prepared statements apart, and needs no refusal; session mode works")
    finally:
        server.remove()


if __name__ == "__main__":
    main()

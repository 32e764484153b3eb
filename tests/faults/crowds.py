"""Checks that crowds do not keep others from being answered: slow readers, idle connections, a burst; and that the
memory of the service stays bounded."""

import asyncio
import resource
import socket
import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from registers import Program, Service, serving

SLOW, IDLE = 1_000, 10_000
CONNECTIONS = 2  # to the database: as many answers can be made at once
BURST, BURST_SECONDS = 200, 5  # clients who ask at once, far more than ten times that
HOLD = 8  # seconds that slow and idle connections last
ANSWERED_WITHIN = 5  # seconds that others may wait at most, on two busy cores
MEMORY = 300  # megabytes at most
MEASURES = 2_000  # in the register: enough for a download that no buffer holds
REFUSALS = {429, 503}


async def ask(port: int, path: str) -> tuple[int, float]:
    """A whole request on a connection of its own: status (0 where the connection broke) and seconds."""
    began = time.monotonic()
    status = 0
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        answer = await asyncio.wait_for(reader.read(), 60)
        status = int(answer.split(b" ", 2)[1])
        writer.close()
    except (OSError, IndexError, ValueError):
        pass
    return status, time.monotonic() - began


async def others(port: int, seconds: float) -> list[tuple[int, float]]:
    """What well-mannered clients get meanwhile: a kept answer and one that is made, in turn."""
    answers, end, number = [], time.monotonic() + seconds, 0
    while time.monotonic() < end:
        number += 1
        for path in ("/v1/measures?limit=50", f"/v1/measures?limit=5&position[ne]={number + 2_000_000}", "/healthz"):
            answers.append(await ask(port, path))
        await asyncio.sleep(0.05)
    return answers


async def connect(port: int, receive_buffer: int = 0) -> socket.socket:
    """A bare connection; with a small buffer its reader is slow for the sender too."""
    connection = socket.socket()
    connection.setblocking(False)
    if receive_buffer:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    await asyncio.get_running_loop().sock_connect(connection, ("127.0.0.1", port))
    return connection


async def open_all(port: int, number: int, receive_buffer: int = 0) -> list[socket.socket]:
    connections = []
    for _ in range(0, number, 200):
        made = (connect(port, receive_buffer) for _ in range(200))
        connections += [one for one in await asyncio.gather(*made, return_exceptions=True) if isinstance(one, socket.socket)]
    assert len(connections) >= number * 0.99, f"only {len(connections)} of {number} connections were taken"
    return connections


async def drip(connections: list[socket.socket], seconds: float) -> None:
    """Each connection sends a byte a second of its request."""
    request = b"GET /v1/measures HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"x" * 1000
    for second in range(int(seconds)):
        began = time.monotonic()
        for connection in connections:
            try:
                connection.send(request[second : second + 1])
            except OSError:
                pass  # the service has closed it, as it may
        await asyncio.sleep(max(0, 1 - (time.monotonic() - began)))


async def sip(connections: list[socket.socket], path: str, seconds: float) -> None:
    """Each connection asks for a long answer and takes a byte a second of it."""
    loop = asyncio.get_running_loop()
    for connection in connections:
        await loop.sock_sendall(connection, f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    for _ in range(int(seconds)):
        began = time.monotonic()
        for connection in connections:
            try:
                connection.recv(1)
            except OSError:
                pass
        await asyncio.sleep(max(0, 1 - (time.monotonic() - began)))


def is_open(connection: socket.socket) -> bool:
    try:
        return connection.recv(1, socket.MSG_PEEK) != b""
    except BlockingIOError:
        return True
    except OSError:
        return False


async def crowd(service: Service, name: str, doing: object, connections: list[socket.socket]) -> None:
    task = asyncio.ensure_future(doing)
    answers = await others(service.port, HOLD)
    await task
    still = sum(map(is_open, connections))
    for connection in connections:
        connection.close()
    judge(f"{name}, {still} to the end", answers, service)
    assert still >= len(connections) * 0.95, "the crowd was sent away before others could suffer from it"


def judge(name: str, answers: list[tuple[int, float]], service: Service) -> None:
    counted = Counter(status for status, _ in answers)
    slowest = max(seconds for _, seconds in answers)
    median = statistics.median(seconds for _, seconds in answers)
    print(
        f"{name}: others got {dict(counted)}, in {median * 1000:.0f} ms (median) and {slowest * 1000:.0f} ms (most); "
        f"{service.memory():.0f} MB, {service.peak():.0f} MB at most so far",
        flush=True,
    )
    assert counted[200] >= 10 and set(counted) <= {200} | REFUSALS, counted
    assert slowest <= ANSWERED_WITHIN and service.peak() <= MEMORY


async def burst(service: Service) -> None:
    """Many times as many clients at once as can be served, and each request a new question."""
    counted: Counter[int] = Counter()
    slowest = 0.0
    end = time.monotonic() + BURST_SECONDS

    async def client(number: int) -> None:
        nonlocal slowest
        turn = 0
        while time.monotonic() < end:
            turn += 1
            path = f"/v1/measures?limit=500&include=assignments.agency&position[ne]={3_000_000 + number * 10_000 + turn}"
            status, seconds = await ask(service.port, path)
            counted[status] += 1
            slowest = max(slowest, seconds)

    clients = asyncio.gather(*(client(number) for number in range(BURST)))
    alive = [await ask(service.port, path) for _ in range(10) for path in ("/healthz", "/v1/measures?limit=50")]
    await clients
    print(f"a burst of {BURST} clients on {CONNECTIONS} connections: {dict(counted)}, {slowest:.1f} s at most")
    assert set(counted) <= {200} | REFUSALS and counted[200], counted
    judge("during the burst", alive, service)


async def trial(service: Service) -> None:
    port = service.port
    await others(port, 1)
    print(f"at rest: {service.memory():.0f} MB", flush=True)
    connections = await open_all(port, SLOW)
    await crowd(service, f"{SLOW} connections that send a byte a second", drip(connections, HOLD), connections)
    connections = await open_all(port, SLOW, receive_buffer=4096)
    sipped = sip(connections, "/v1/measures?limit=500", HOLD)
    await crowd(service, f"{SLOW} connections that take a byte a second", sipped, connections)
    connections = await open_all(port, SLOW, receive_buffer=4096)
    sipped = sip(connections, "/v1/measures.ndjson", HOLD)
    await crowd(service, f"{SLOW} connections that take a byte a second of a download", sipped, connections)
    connections = await open_all(port, IDLE)
    await crowd(service, f"{IDLE} idle connections", asyncio.sleep(HOLD), connections)
    await burst(service)
    await asyncio.sleep(1)
    judge("afterwards", await others(port, 1), service)


def main() -> None:
    binary, folder = sys.argv[1], Path(sys.argv[2])
    folder.mkdir()
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    assert most > IDLE + 500, f"at most {most} files may be open; {IDLE + 500} are needed (ulimit -Hn)"
    program = Program(binary, RUST_LOG="warn")
    database = f"sqlite://{folder}/register.sqlite"
    program.must("generate", "--measures", MEASURES, folder / "package")
    program.must("load", folder / "package", "--database", database)
    with serving(program, database, folder / "crowds.log", "--connections", str(CONNECTIONS)) as service:
        asyncio.run(trial(service))


if __name__ == "__main__":
    main()

"""What a proxy in front takes away: requests that it answers, and those that reach the service.

    python3 benches/http/proxy.py BINARIES FOLDER

Starts the service, and nginx with `deploy/nginx.conf` in front of it; only the addresses, the folder, the number of
its processes and what one address may ask for are changed. Then many clients ask the same few questions.
"""

import os
import re
import sys
import urllib.request
from pathlib import Path

from answers import QUESTIONS, service
from processes import WORKERS, Server, free_port, is_answered, requests_a_second

CONFIGURATION = Path(__file__).parents[2] / "deploy/nginx.conf"


def proxy(folder: Path, behind: Server) -> Server:
    port, address = free_port(), behind.address.removeprefix("http://")
    text = CONFIGURATION.read_text()
    for pattern, replacement in [
        (r"\n    server api-1:8080", f"\n    server {address}"),
        (r"\n    server api-2:8080[^\n]*", ""),
        (r"listen 8080", f"listen 127.0.0.1:{port}"),
        (r"worker_processes auto", f"worker_processes {WORKERS}"),
        (r"pid /tmp/nginx\.pid", f"pid {folder}/nginx.pid"),
        (r"/var/cache/nginx/answers", f"{folder}/answers"),
        (r"\n  limit_conn connections [^\n]*", ""),  # all of the clients here have one address
        (r"\n  limit_req zone[^\n]*", ""),
    ]:
        text, changed = re.subn(pattern, replacement, text)
        assert changed == 1, pattern
    file = folder / "nginx.conf"
    file.write_text(text)
    os.chmod(folder, 0o711)  # its processes are another user's
    return Server(["nginx", "-c", file, "-e", folder / "nginx.log", "-g", "daemon off;"], port)


def reached(server: Server) -> int:
    """The requests that the service has counted, without those for its counters."""
    text = urllib.request.urlopen(server.address + "/metrics").read().decode()
    counts = re.findall(r'^aciqplan_http_requests_total\{route="([^"]+)",[^}]*\} (\d+)', text, re.M)
    return sum(int(count) for route, count in counts if route != "/metrics")


def main(binaries: Path, folder: Path) -> None:
    behind = service(binaries, folder)
    front = proxy(folder, behind)
    print("| question | requests a second through the proxy | answered by it | that reached the service |")
    print("| --- | ---: | ---: | ---: |")
    for name, path in QUESTIONS.items():
        seconds, before = 10, reached(behind)
        is_answered(front.address + path)
        rate = requests_a_second(front.address + path, seconds)
        print(f"| {name} | {rate:,.0f} | {rate * seconds:,.0f} | {reached(behind) - before} |")
    front.stop()
    behind.stop()


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    print("\n### Requests that a proxy takes away\n")
    main(Path(sys.argv[1]), Path(sys.argv[2]))

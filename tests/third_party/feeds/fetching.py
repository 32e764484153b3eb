"""How the checks ask the service."""

import urllib.request
from urllib.parse import quote


def get(url: str) -> tuple[str, bytes]:
    """The media type and the body."""
    with urllib.request.urlopen(quote(url, safe=":/?&=%,.-_+")) as answer:
        return answer.headers["Content-Type"], answer.read()

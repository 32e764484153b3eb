"""Checks that two services, one on SQLite and one on PostgreSQL, give the same answers, byte for byte."""

import http.client
import json
import sys
from urllib.parse import urlencode, urlsplit

HEADERS = ("Content-Type", "Content-Language", "ETag", "Last-Modified", "Cache-Control", "Vary", "Link", "Allow", "Content-Disposition")
PAGES = 6  # how far the links to the next page are followed
FEWEST = 80  # a comparison of fewer answers than this says too little

# Of every list; {last} is the id of its last record.
OF_EVERY_LIST = """
?limit=7
?limit=7&sort=-id
?limit=7&page=2
?limit=500&fields=id
?id[ne]={last}&limit=500
?id[ne]={last}
?id={last}&fields=id
.csv?labels=true
.ndjson?sort=-id
.xlsx?labels=true
.parquet?sort=-id
"""

ANSWERED = """
/v1/measures?agency=maliyye-nazirliyi
/v1/measures?plan=az-nap-2016-2018&limit=20
/v1/measures?plan=az-nap-2016-2018,az-nap-2020-2022&sort=-end_year,title&limit=30
/v1/measures?section=az-nap-2016-2018-s4
/v1/measures?title[contains]=seffaf
/v1/measures?title[contains]=ŞƏFFAF
/v1/measures?title[contains]=%25
/v1/measures?number[prefix]=4.
/v1/measures?indicator[missing]=true
/v1/measures?end_year[gte]=2018&end_year[lt]=2022&sort=number
/v1/measures?sort=title&limit=25
/v1/measures?sort=-completion_independent,number&limit=25
/v1/measures?role=recommended
/v1/measures?include=assignments,status_entries&limit=5
/v1/agencies?sort=name&limit=25
/v1/agencies?sort=-kind&limit=25
/v1/agencies?name[prefix]=az
/v1/agencies?name[contains]=ı
/v1/assignments?agency=maliyye-nazirliyi&include=measure
/v1/assignments?plan=az-nap-2016-2018&role=executor&limit=40
/v1/status-entries?plan=az-nap-2020-2022&year=2021&limit=40
/v1/status-entries?completion=complete,substantial&sort=-year,id&limit=40
/v1/status-entries?quote[missing]=false&limit=10
/v1/status-entries?published_on[missing]=true&limit=10
/v1/sources?sort=-published_on
/v1/obligations?due_month=12
/v1/measures.atom?agency=maliyye-nazirliyi
/v1/measures.rss?plan=az-nap-2016-2018&limit=20
/v1/status-entries.feed.json?completion=complete&limit=20
/v1/changes.atom?limit=100
/v1/measures.ics
/v1/obligations.ics
/v1/measures.csv?agency=maliyye-nazirliyi&sort=title&excel=true&bom=true
/v1/status-entries.csv?plan=az-nap-2020-2022&sort=-published_on,year&labels=true
"""

REFUSED = """
/v1/nowhere
/v1/measures/no-such-measure
/v1/measures?plans=az-nap-2016-2018
/v1/measures?plan=az-nap-2016-2019
/v1/measures?titel[contains]=a
/v1/measures?title[contain]=a
/v1/measures?end_year=soon
/v1/measures?end_year=99999999999999999999
/v1/measures?title[contains]=%00
/v1/measures?sort=titel
/v1/measures?fields=titel
/v1/measures?include=assignment
/v1/measures?limit=0
/v1/measures?cursor=forged
/v1/measures?limit=1&limit=2
/v1/measures.csv?limit=10
/v1/measures.ndjson?agency=maliye-nazirliyi
/v1/dataset.zip?plan=az-nap-2016-2018
"""


class Twins:
    """The two services; both are asked by the public name, which is the first one's."""

    def __init__(self, addresses: list[str]):
        self.public = addresses[0]
        self.connections = [http.client.HTTPConnection(urlsplit(address).netloc, timeout=60) for address in addresses]
        self.asked = 0
        self.differences: list[str] = []

    def ask(self, path: str, expected: range, method: str = "GET") -> dict:
        """Asks both, notes what differs, and returns the first one's answer if it is JSON."""
        answers = []
        target = "".join(letter if letter.isascii() else "".join(f"%{byte:02X}" for byte in letter.encode()) for letter in path)
        for connection in self.connections:
            connection.request(method, target, headers={"Host": urlsplit(self.public).netloc, "X-Request-Id": "twin"})
            response = connection.getresponse()
            headers = {name: response.headers[name] for name in HEADERS}
            answers.append({"status": response.status, "body": response.read(), **headers})
        self.asked += 1
        sqlite, postgres = answers
        for part in sqlite:
            if sqlite[part] != postgres[part]:
                self.differences.append(f"{method} {path}: {part}\n  SQLite:     {shown(sqlite[part], postgres[part])}\n"
                                        f"  PostgreSQL: {shown(postgres[part], sqlite[part])}")
        if sqlite["status"] not in expected:
            self.differences.append(f"{method} {path}: {sqlite['status']} {sqlite['body'][:300]!r}")
        kind = sqlite["Content-Type"] or ""
        is_json = method == "GET" and "json" in kind and "ndjson" not in kind
        return json.loads(sqlite["body"]) if is_json else {}

    def follow(self, path: str) -> dict:
        """Asks for a list and for the pages behind it; returns the first page."""
        page = first = self.ask(path, range(200, 300))
        for _ in range(PAGES):
            following = (page.get("links") or {}).get("next")
            if not following:
                break
            if not following.startswith(self.public):
                self.differences.append(f"{path}: the next page is not at the public address: {following}")
                break
            page = self.ask(following.removeprefix(self.public), range(200, 300))
        return first


def shown(this: object, other: object) -> str:
    """The neighbourhood of the first difference."""
    if not isinstance(this, bytes):
        return str(this)
    at = next((index for index, pair in enumerate(zip(this, other)) if pair[0] != pair[1]), min(len(this), len(other)))
    return f"at byte {at}: {this[max(0, at - 60):at + 60].decode(errors='replace')}"


def required_query(document: dict, path: str) -> str:
    """The parameters that a path does not go without, with the values of their examples."""
    shared = document["components"]["parameters"]
    given = document["paths"][path]["get"]["parameters"]
    given = [shared[one["$ref"].rsplit("/", 1)[1]] if "$ref" in one else one for one in given]
    given = [one for one in given if one["in"] == "query" and one["required"]]
    pairs = [(one["name"], one["example"]) for one in given]
    pairs = [(name, ",".join(example) if isinstance(example, list) else example) for name, example in pairs]
    return f"?{urlencode(pairs)}" if pairs else ""


def main() -> None:
    twins = Twins(sys.argv[1:])
    fine, refused = range(200, 300), range(400, 500)
    document = twins.ask("/openapi.json", fine)
    paths = [path for path, operations in document["paths"].items() if "get" in operations]
    lists = {f"{path.split('{')[0]}".rstrip("/") for path in paths if path.endswith("/{id}")}
    for path in (path for path in paths if "{" not in path and path not in lists and path != "/metrics"):
        twins.ask(path + required_query(document, path), fine)
    for path in sorted(lists):
        records = twins.follow(f"{path}?limit=500")["data"]
        for identifier in [record["id"] for record in records[:1] + records[-1:]]:
            for own in (own for own in paths if own.startswith(f"{path}/{{id}}")):
                twins.ask(own.replace("{id}", identifier), fine)
            for query in OF_EVERY_LIST.split() if identifier == records[-1]["id"] else ():
                twins.follow(path + query.replace("{last}", identifier))
    for path in ANSWERED.split():
        twins.follow(path)
    for path in REFUSED.split():
        twins.ask(path, refused)
    for method in ("POST", "DELETE", "HEAD"):
        twins.ask("/v1/measures", fine if method == "HEAD" else refused, method)
    print("\n".join(twins.differences), file=sys.stderr)
    print(f"{twins.asked} answers compared, {len(twins.differences)} differences")
    sys.exit(1 if twins.differences or twins.asked < FEWEST else 0)


if __name__ == "__main__":
    main()

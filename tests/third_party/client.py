"""Checks that a client generated from the OpenAPI document reads every measure of an agency, each with its assignment."""

import importlib
import json
import pkgutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

AGENCY = "maliyye-nazirliyi"
# The generator knows no files by these types; they are bytes to it.
FILES = (
    "application/zip",
    "application/vnd.sqlite3",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/xml",
    "application/x-bibtex",
    "application/rdf+xml",
    "text/turtle",
    "text/csv",
    "text/calendar",
    "application/x-ndjson",
    "application/vnd.apache.parquet",
    "application/atom+xml",
    "application/rss+xml",
)
LIMIT = 3  # smaller than the answer, so that the client must turn pages


def generate(service: str, folder: Path) -> ModuleType:
    """Makes the client anew and returns its package."""
    configuration = folder.with_suffix(".json")
    overrides = dict.fromkeys(FILES, "application/octet-stream")
    configuration.write_text(json.dumps({"post_hooks": [], "content_type_overrides": overrides}))
    command = ["openapi-python-client", "generate", "--url", f"{service}/openapi.json", "--meta", "none"]
    subprocess.run(
        [*command, "--output-path", folder, "--overwrite", "--fail-on-warning", "--config", configuration], check=True
    )
    sys.path.insert(0, str(folder.parent.resolve()))
    return importlib.import_module(folder.name)


def operation(package: ModuleType, name: str) -> ModuleType:
    """The module of an operation, wherever the generator has put it."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if module.name.rsplit(".", 1)[-1] == name:
            return importlib.import_module(module.name)
    sys.exit(f"the client has no operation {name}")


def read_all(package: ModuleType, service: str, name: str) -> list:
    """Every record of the agency that an operation lists, page after page."""
    list_records = operation(package, name)
    records, parameters = [], {}
    with package.Client(base_url=service, raise_on_unexpected_status=True) as client:
        while True:
            page = list_records.sync(client=client, agency=[AGENCY], limit=LIMIT, **parameters)
            records += page.data
            assert len(page.data) <= LIMIT, f"{name}: a page holds more than was asked for"
            if page.meta.next_cursor is None:
                break
            parameters = {"cursor": page.meta.next_cursor}
    assert len(records) == page.meta.total > 0, f"{name}: {len(records)} records, but the total is {page.meta.total}"
    return records


def main() -> None:
    service, folder = sys.argv[1], Path(sys.argv[2])
    package = generate(service, folder)
    found = read_all(package, service, "list_measures")
    assert {type(measure).__name__ for measure in found} == {"Measure"}, "the records have no type of their own"
    assert all(isinstance(measure.title, str) and isinstance(measure.revision, int) for measure in found), "wrong types"
    levels = {level for measure in found if (level := measure.completion_self_reported) is not None}
    assert {type(level).__name__ for level in levels} <= {"Completion"}, f"words that are none of a list: {levels}"
    measures = [measure.id for measure in found]
    assignments = read_all(package, service, "list_assignments")
    assert {assignment.agency_id for assignment in assignments} == {AGENCY}, "an assignment of another agency"
    assert len(set(measures)) == len(measures), "a measure is listed twice"
    assert set(measures) == {assignment.measure_id for assignment in assignments}, "measures without an assignment"
    print(f"{AGENCY}: {len(measures)} measures, each with its assignment")


if __name__ == "__main__":
    main()

"""Checks that other people's programs read the downloads: the same measures in each, typed, and where they come from."""

import asyncio
import io
import json
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

import duckdb
import openpyxl
import pandas
import polars
import pyarrow.parquet
from datasette.app import Datasette
from frictionless import Package
from fsspec.implementations.http import HTTPFileSystem

MEASURES = 141
LABELS = "labels=true"
SEARCHED = {"seffafliq": 5, "şəffaflıq": 5, "dovlet": 43, "dövlət": 43, "maliyye": 10}  # measures with these very words


def download(url: str) -> tuple[bytes, str]:
    """The file and the name that the service gives it."""
    with urllib.request.urlopen(url, timeout=60) as answer:
        name = answer.headers["Content-Disposition"].split('filename="')[1].rstrip('"')
        return answer.read(), name


def tables(service: str) -> dict[str, pandas.DataFrame]:
    """The measures, as pandas reads each format."""
    body = {
        kind: download(f"{service}/v1/measures.{kind}?{LABELS}")[0] for kind in ("csv", "ndjson", "xlsx", "parquet")
    }
    marked = download(f"{service}/v1/measures.csv?{LABELS}&bom=true")[0]
    return {
        "csv": pandas.read_csv(io.BytesIO(body["csv"]), dtype={"number": str}),
        "csv with a byte order mark": pandas.read_csv(io.BytesIO(marked), encoding="utf-8-sig", dtype={"number": str}),
        "ndjson": pandas.read_json(io.BytesIO(body["ndjson"]), lines=True, dtype={"number": str}),
        "xlsx": pandas.read_excel(io.BytesIO(body["xlsx"]), dtype={"number": str}),
        "parquet": pandas.read_parquet(io.BytesIO(body["parquet"])),
    }


def check_tables(service: str) -> None:
    read = tables(service)
    first = read["parquet"]
    assert len(first) == MEASURES, len(first)
    for kind, table in read.items():
        assert list(table.columns) == list(first.columns), kind
        for column in ("id", "plan_id", "plan_label", "number", "title", "indicator", "position"):
            ours, theirs = first[column], table[column]
            same = ours.eq(theirs) | (ours.isna() & theirs.isna())
            assert same.all(), f"{kind}: {column} differs: {theirs[~same].head()}"
    for_excel = pandas.read_csv(
        io.BytesIO(download(f"{service}/v1/measures.csv?excel=true")[0]), sep=";", encoding="utf-8-sig"
    )
    kept = for_excel["number"].dropna()
    assert len(for_excel) == MEASURES and kept.map(type).eq(str).all(), for_excel["number"]
    assert kept.str.removeprefix("'").tolist() == first["number"].dropna().tolist(), kept
    print(f"pandas: {MEASURES} measures in each of {', '.join(read)}, and for Excel")


def check_parquet(service: str) -> None:
    table = pyarrow.parquet.read_table(io.BytesIO(download(f"{service}/v1/agencies.parquet")[0]))
    types = {field.name: str(field.type) for field in table.schema}
    expected = {"id": "string", "revision": "int64", "created_at": "timestamp[us, tz=UTC]"}
    assert expected.items() <= types.items() and types["aliases"].startswith("list<"), types
    facts = {name.decode(): fact.decode() for name, fact in table.schema.metadata.items()}
    assert facts["licence"] == "CC-BY-4.0" and facts["request"].endswith("/v1/agencies.parquet"), facts
    print(f"pyarrow: {table.num_rows} agencies, version {facts['dataset_version']}")


def check_workbook(service: str) -> None:
    body, name = download(f"{service}/v1/dataset.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    assert book.sheetnames[-1] == "About" and "measures" in book.sheetnames, book.sheetnames
    about = {row[0].value: row[1].value for row in book["About"].iter_rows()}
    assert f"dataset-v{about['Dataset version']}.xlsx" == name, (about, name)
    sheet = book["measures"]
    assert sheet.max_row == MEASURES + 1 and sheet.freeze_panes == "B2" and sheet["A1"].font.bold
    columns = {cell.value: cell for cell in sheet[1]}
    created = sheet.cell(2, columns["created_at"].column)
    assert created.is_date and created.value.year >= 2026, created.value
    assert isinstance(sheet.cell(2, columns["position"].column).value, int)
    formulas = [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert not formulas, formulas
    print(f"openpyxl: {name}, {len(book.sheetnames)} sheets")


def check_statistics(service: str) -> None:
    """The counts in Excel are those of JSON, as numbers, and the workbook says what was asked."""
    query = "group_by=section,completion_self_reported&plan=az-nap-2020-2022"
    body, name = download(f"{service}/v1/measures/stats.xlsx?{query}")
    book = openpyxl.load_workbook(io.BytesIO(body))
    header, *rows = book["measures"].iter_rows(values_only=True)
    with urllib.request.urlopen(f"{service}/v1/measures/stats?{query}") as answer:
        groups = json.load(answer)["data"]
    assert len(rows) == len(groups) > 20, (len(rows), len(groups))
    for row, group in zip(rows, groups):
        cells = dict(zip(header, row))
        for dimension, value in group["group"].items():
            assert (cells[dimension], cells[f"{dimension}_label"]) == (value, group["labels"][dimension]), cells
        assert cells["count"] == group["count"], cells
        for counted in group["levels"]:
            level = counted["level"]
            assert (cells[level], cells[f"{level}_share"]) == (counted["count"], counted["share"]), cells
    about = dict(book["About"].iter_rows(values_only=True))
    assert about["Request"].startswith(f"{service}/v1/measures/stats.xlsx?group_by=section"), about
    table = pandas.read_csv(io.BytesIO(download(f"{service}/v1/measures/stats.csv?{query}")[0]))
    assert list(table.columns) == list(header) and table["count"].sum() == 64, table
    print(f"openpyxl and pandas: {name}, {len(rows)} groups")


def check_package(service: str, folder: Path) -> None:
    body, name = download(f"{service}/v1/dataset.zip")
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        archive.extractall(folder)
    report = Package(folder / "datapackage.json").validate()
    assert report.valid, report.flatten(["path", "rowNumber", "message"])
    print(f"frictionless: {name}, {len(report.tasks)} tables, nothing wrong")


def check_polars(service: str) -> None:
    """polars reads from the service itself, the part of a file that it needs."""
    lists = f"{service}/v1/measures"
    first = polars.read_parquet(f"{lists}.parquet")
    assert first.height == MEASURES, first
    read = {
        "scan_parquet": polars.scan_parquet(f"{lists}.parquet").select("id", "position").collect(),
        "read_csv": polars.read_csv(f"{lists}.csv", schema_overrides={"number": polars.String}),
        "scan_csv": polars.scan_csv(f"{lists}.csv", schema_overrides={"number": polars.String}).collect(),
        "scan_ndjson": polars.scan_ndjson(f"{lists}.ndjson", infer_schema_length=None).collect(),
        "scan_csv of what is not kept in memory": polars.scan_csv(f"{lists}.csv?labels=true").collect(),
    }
    for reader, table in read.items():
        assert table["id"].equals(first["id"]), (reader, table)
    print(f"polars: {MEASURES} measures by read_parquet, {', '.join(read)}")


class DatedFiles(HTTPFileSystem):
    """Files of the web with the dates that DuckDB asks for."""

    def modified(self, path: str) -> datetime:
        request = urllib.request.Request(path, method="HEAD")
        with urllib.request.urlopen(request, timeout=60) as answer:
            return parsedate_to_datetime(answer.headers["Last-Modified"])


def check_parts(service: str, folder: Path) -> None:
    """DuckDB and pyarrow read through fsspec, and curl goes on where it broke off."""
    url = f"{service}/v1/measures.parquet"
    web = DatedFiles()
    assert web.info(url)["size"] == len(download(url)[0])
    columns = ["id", "plan_id"]
    with web.open(url, block_size=4096) as file:
        table = pyarrow.parquet.read_table(file, columns=columns)
    assert table.num_rows == MEASURES and table.column_names == columns, table
    duck = duckdb.connect()
    duck.register_filesystem(web)
    counted = duck.sql(f"SELECT plan_id, count(*) FROM read_parquet('{url}') GROUP BY ALL").fetchall()
    assert sum(count for _, count in counted) == MEASURES, counted
    for name in ("dataset.zip", "dataset.sqlite", "measures.csv", "measures.parquet"):
        whole, file = download(f"{service}/v1/{name}")[0], folder / name
        file.write_bytes(whole[: len(whole) // 3])
        subprocess.run(["curl", "-sSf", "-C", "-", "-o", file, f"{service}/v1/{name}"], check=True)
        assert file.read_bytes() == whole, name
    print(f"pyarrow and DuckDB through fsspec: {MEASURES} measures; curl -C - goes on")


async def check_datasette(service: str, folder: Path) -> None:
    body, name = download(f"{service}/v1/dataset.sqlite")
    (folder / "dataset.sqlite").write_bytes(body)
    datasette = Datasette([], immutables=[str(folder / "dataset.sqlite")])
    await datasette.invoke_startup()

    async def get(path: str) -> dict:
        answer = await datasette.client.get(f"/dataset{path}")
        assert answer.status_code == 200, (path, answer.text[:500])
        return json.loads(answer.text)

    assert (await get("/measures.json?_size=1"))["filtered_table_rows_count"] == MEASURES
    labelled = await get("/measures.json?_labels=on&_size=1")
    assert labelled["expandable_columns"], labelled.keys()
    assert labelled["rows"] and "label" in json.dumps(labelled["rows"][0]), labelled["rows"]
    for word, count in SEARCHED.items():
        found = await get(f"/measures.json?_search={quote(word)}")
        assert found["filtered_table_rows_count"] == count, (word, count, found["filtered_table_rows_count"])
    about = await get("/about.json?name=licence&_shape=array")
    assert about[0]["value"] == "CC-BY-4.0", about
    print(f"Datasette: {name}, with labels and search")


def main() -> None:
    service = sys.argv[1]
    check_tables(service)
    check_parquet(service)
    check_workbook(service)
    check_statistics(service)
    check_polars(service)
    with tempfile.TemporaryDirectory() as folder:
        check_parts(service, Path(folder))
        check_package(service, Path(folder))
        asyncio.run(check_datasette(service, Path(folder)))


if __name__ == "__main__":
    main()

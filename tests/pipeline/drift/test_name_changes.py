"""A type that is called otherwise is a breaking change, however little the document changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts.pipeline.cli import main

from ..support.documents import ORDERS, Json, as_json, build_inputs, document, operation, record, text

STREET, ZIP = record(street=text()), record(street=text(), zip=text())


def orders(**body: Json) -> Json:
    return document({ORDERS: {"post": operation(body=record(**body))}})


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A checkout whose request has two addresses that differ."""
    root = tmp_path / "checkout"
    build_inputs(root / "openapi", keep={f"POST {ORDERS}": "create_order"})
    (root / "orders.json").write_bytes(as_json(orders(home=STREET, work=ZIP)))
    assert main(["--root", str(root), "regenerate", "--input", str(root / "orders.json")]) == 0
    return root


def drift(root: Path, data: Json) -> Json:
    """The report of a document, for machines, and the exit code."""
    (root / "fresh.json").write_bytes(as_json(data))
    arguments = ["drift", "--input", str(root / "fresh.json"), "--report", str(root / "report.json")]
    code = main(["--root", str(root), *arguments])
    report: Json = json.loads((root / "report.json").read_text(encoding="utf-8"))
    return {**report, "code": code}


def test_a_type_that_is_called_otherwise_is_breaking(root: Path) -> None:
    """Two shapes have become one: the type of one name is gone, and drift says so of the document and of the client."""
    report = drift(root, orders(home=ZIP, work=ZIP))
    told = [change for change in report["changes"] if change["what"] == "renamed"]
    assert [(one["kind"], one["side"], one["was"], one["now"]) for one in told] == [
        ("breaking", "request", "WorkParam", "HomeParam")
    ]
    assert {"name": "models.WorkParam", "what": "public object was removed", "breaking": True} in report["api"]
    assert report["code"] == 20


def test_drift_writes_no_names(root: Path) -> None:
    """What a report compares is named as it will be, and the lock stays as it is."""
    lock = root / "openapi" / "names.lock.json"
    before = lock.read_bytes()
    report = drift(root, orders(home=STREET, work=ZIP, office=record(floor=text())))
    assert report["code"] == 10
    assert [change["name"] for change in report["api"] if change["what"] == "added"] == [
        *("models.CreateOrderParams.office", "models.OfficeParam", "params.CreateOrderParams.office"),
        "params.OfficeParam",
    ]
    assert lock.read_bytes() == before

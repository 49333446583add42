"""Fidelity: nothing of a kept operation is lost unnoticed."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.naming.fidelity import check_fidelity
from scripts.pipeline.naming.hoist import hoist
from scripts.pipeline.normalize.repair_log import Repairs
from scripts.pipeline.normalize.select import select
from scripts.pipeline.source.sources import load_sources

from ..support.documents import (
    ORDERS,
    Json,
    build_inputs,
    document,
    no_names,
    operation,
    parameter,
    record,
    text,
)


def selected(folder: Path, data: Json) -> tuple[list[Any], Json]:
    """The operations of a document, and what is built of them."""
    sources = load_sources(build_inputs(folder).sources)
    chosen, normalizer = select(data, sources, Repairs(), keep_all=True, source="test.json")
    return chosen, hoist(chosen, normalizer, no_names(folder), reserved=set()).document


BOTH_SIDES = document(
    {
        ORDERS: {
            "post": operation(
                body=record(a=text("x", "y")),
                response=record(b={"type": "array", "items": record(c=text("z"))}),
                parameters=[parameter("q", schema=text("u", "v"))],
            )
        }
    }
)


def without_operation(upstream: Json) -> None:
    upstream["paths"] = {}


def without_response_property(upstream: Json) -> None:
    del upstream["components"]["schemas"]["PostOrdersResponse"]["properties"]["b"]


def without_value(upstream: Json) -> None:
    upstream["components"]["schemas"]["A"]["enum"] = ["x"]


def without_parameter(upstream: Json) -> None:
    upstream["paths"][ORDERS]["post"]["parameters"] = []


LOSSES = {
    "an operation": (without_operation, r"operation post_orders \(POST /v1/orders\) did not survive"),
    "a property": (without_response_property, r"3 properties of post_orders, first response\.b did not survive"),
    "a value": (without_value, r'1 properties of post_orders, first body\.a="y" did not survive'),
    "a parameter": (without_parameter, r"3 properties of post_orders, first query:q did not survive"),
}


@pytest.mark.parametrize(("lose", "message"), LOSSES.values(), ids=LOSSES.keys())
def test_nothing_is_lost_unnoticed(tmp_path: Path, lose: Any, message: str) -> None:
    """An operation, parameter, property or value that is missing from the result stops the build."""
    chosen, upstream = selected(tmp_path, deepcopy(BOTH_SIDES))
    check_fidelity(chosen, upstream, source="test.json")
    lose(upstream)
    with pytest.raises(PipelineError, match=message):
        check_fidelity(chosen, upstream, source="test.json")

"""A built document is valid OpenAPI 3.1."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.overlay.valid import check_valid

from ..support.documents import (
    ORDERS,
    PART,
    Json,
    built,
    document,
    operation,
    text,
)


@pytest.mark.parametrize(
    ("broken", "where"),
    [
        (document(openapi="3.1.0", info={"title": "Orders"}), "/info"),
        (document({"orders": {}}, openapi="3.1.0"), "/paths"),
        (document({ORDERS: {"get": {"responses": {"200": {"description": 1}}}}}, openapi="3.1.0"), ""),
    ],
)
def test_an_invalid_result_is_refused(broken: Json, where: str) -> None:
    """What is built is valid OpenAPI 3.1, or it is not built."""
    with pytest.raises(PipelineError, match=r"is not valid OpenAPI 3\.1") as caught:
        check_valid(broken, source="openapi.yaml")
    assert caught.value.pointer.startswith(where)
    assert caught.value.hint


def test_a_reference_to_a_missing_component_is_refused() -> None:
    """A component that the overlay refers to has to be there."""
    missing = document({ORDERS: {"get": operation(response={"$ref": PART})}}, schemas={}, openapi="3.1.0")
    with pytest.raises(PipelineError, match="refers to the component Part, which is not there"):
        check_valid(missing, source="openapi.yaml")


@pytest.mark.parametrize("path", ["/v1/{", "/v1/}", "/v1/\\N{", "/v1/{{ 7 * 7 }}"])
def test_a_path_that_cannot_be_read_is_refused(tmp_path: Path, path: str) -> None:
    """The validator raises for a brace that nothing closes."""
    with pytest.raises(PipelineError, match=r"is not valid OpenAPI 3\.1"):
        built(tmp_path, document({path: {"get": operation()}}))


@pytest.mark.parametrize(
    ("update", "where"),
    [
        ({"Part": {"$ref": "#/components/schemas/Gone"}}, "/components/schemas/Part"),
        ({"Part": {"properties": {"a": {"type": 1}}}}, "/components/schemas/Part/properties/a/type"),
    ],
    ids=["a reference", "a type"],
)
def test_the_action_that_is_at_fault_is_named(tmp_path: Path, update: Json, where: str) -> None:
    """By file and line, and not the one before it."""
    why: Json = {"description": "why", "x-source": "a test"}
    actions = [
        {"target": "$.components.schemas", **why, "update": {"Other": text()}},
        {"target": "$.components.schemas", **why, "update": update},
    ]
    with pytest.raises(PipelineError) as caught:
        built(tmp_path, document({ORDERS: {"get": operation()}}), actions=actions)
    assert caught.value.hint.startswith("overlay/orders.yaml:")
    assert caught.value.pointer == where

"""Hoist: components that contain themselves and each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..support.documents import (
    ORDERS,
    PART,
    Json,
    built,
    document,
    operation,
    record,
    schemas_of,
    text,
)

CIRCLES: dict[str, tuple[Json, Json]] = {
    "straight": (record(next={"$ref": PART}), record(next={"$ref": PART})),
    "through a list": (
        record(parts={"type": "array", "items": {"$ref": PART}}),
        record(parts={"type": "array", "items": {"$ref": PART}}),
    ),
    "through null": (
        record(next={"$ref": PART, "nullable": True}),
        record(next={"anyOf": [{"$ref": PART}, {"type": "null"}]}),
    ),
    "through a map": (
        record(parts={"type": "object", "additionalProperties": {"$ref": PART}}),
        record(parts={"type": "object", "additionalProperties": {"$ref": PART}}),
    ),
}


@pytest.mark.parametrize(("part", "becomes"), CIRCLES.values(), ids=CIRCLES.keys())
def test_a_component_that_contains_itself_keeps_its_name(tmp_path: Path, part: Json, becomes: Json) -> None:
    """A circle is closed by a reference to the component, which is there once."""
    data = document({ORDERS: {"get": operation(response={"$ref": PART})}}, schemas={"Part": part})
    assert schemas_of(built(tmp_path, data)) == {"Part": becomes}


def test_a_circle_on_both_sides_is_two_components(tmp_path: Path) -> None:
    """What a request may hold and what an answer holds are two shapes, in circles too."""
    ref = {"$ref": PART}
    data = document(
        {ORDERS: {"post": operation(body=record(part=ref), response=record(part=ref))}},
        schemas={"Part": record(next=ref)},
    )
    schemas = schemas_of(built(tmp_path, data))
    assert schemas["PartParam"] == record(next={"$ref": f"{PART}Param"})
    assert schemas["Part"] == record(next={"$ref": PART})


def test_components_that_contain_each_other_are_all_named(tmp_path: Path) -> None:
    """A circle of two components is two components."""
    arm, hand = {"$ref": "#/components/schemas/Arm"}, {"$ref": "#/components/schemas/Hand"}
    data = document(
        {ORDERS: {"get": operation(response=arm)}},
        schemas={"Arm": record(hand=hand, x=text()), "Hand": record(arms={"type": "array", "items": arm})},
    )
    assert schemas_of(built(tmp_path, data)) == {
        "Arm": record(hand=hand, x=text()),
        "Hand": record(arms={"type": "array", "items": arm}),
    }


def test_a_list_of_itself_ends_in_any_value(tmp_path: Path) -> None:
    """A circle that no object closes has no class; it is unfolded once."""
    data = document(
        {ORDERS: {"get": operation(response=record(tree={"$ref": "#/components/schemas/Tree"}))}},
        schemas={"Tree": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}},
    )
    tree = schemas_of(built(tmp_path, data))["GetOrdersResponse"]["properties"]["tree"]
    assert tree == {"type": "array", "items": {"type": "array", "items": {}}}

"""Which schemas a provider can hold a model to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, make_dataclass
from datetime import date
from enum import Enum
from typing import Annotated, Any, Literal

import pytest

from aimlapi_messages import Field
from aimlapi_messages.schema.annotations import codec_of
from aimlapi_messages.schema.strict import can_be_strict


class Color(Enum):
    RED = "red"


@dataclass
class Node:
    next: Node | None = None


@dataclass
class Trip:
    city: Annotated[str, "Where to"]
    day: date
    color: Color | None = None
    kind: Literal["a", 1] = "a"
    stops: Sequence[str] = ()


Wide = make_dataclass("Wide", [(f"a{number}", int, 0) for number in range(25)])
Many = make_dataclass("Many", [(f"a{number}", int | str) for number in range(17)])


@pytest.mark.parametrize(
    ("output", "strict"),
    [
        (Trip, True),
        (list[Trip], True),
        (str, True),
        (bool | None, True),
        (Node, False),
        (dict[str, str], False),
        (tuple[int, str], False),
        (set[int], False),
        (Annotated[int, Field(le=5)], False),
        (Annotated[str, Field(min_length=1)], False),
        (Any, False),
        (list[Any], False),
        (Wide, False),
        (Many, False),
    ],
    ids=repr,
)
def test_a_type_can_be_asked_for_strictly(output: Any, strict: bool) -> None:
    """Unless it may hold itself, is open, has limits, or has too many parts that vary."""
    assert can_be_strict(codec_of(output, where="output").schema()) is strict

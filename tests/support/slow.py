"""What the slow tests do more of. Not a test."""

from __future__ import annotations

import os
from typing import Any, Final

import pytest

# `make soak`: as many as a user has.
FULL: Final = os.environ.get("AIMLAPI_SOAK") == "full"

# How often a slow test repeats what may go wrong by chance.
OFTEN: Final = "500"


def first_alone(first: str, *others: str) -> list[Any]:
    """Parameters of which all but the first are for the slow tests."""
    return [first, *(pytest.param(other, marks=pytest.mark.slow) for other in others)]

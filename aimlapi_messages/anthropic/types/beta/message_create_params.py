"""The same names as `types` has."""

from typing import Any

from ...names import find


def __getattr__(name: str) -> Any:
    return find(name)

"""Types for annotations, by the names of the `anthropic` SDK: `Message`, `TextBlock`, `MessageParam` and so on.

They are those of `aimlapi_messages.types`; answers have the methods of pydantic's models besides. Type checkers read
`__init__.pyi`, which `make twins` makes.
"""

from typing import Any

from ..names import find


def __getattr__(name: str) -> Any:
    return find(name)

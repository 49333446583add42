"""Names that a shape has lost: programs that use them fail, though the document may have changed little. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..naming.assign import Assigned
from .changes import Change
from .schema_changes import Side

__all__ = ["name_changes"]


def name_changes(naming: Assigned | None) -> Iterator[Change]:
    """A breaking change for each name that its shape does not have any more."""
    for one in naming.renamed if naming else ():
        operation, _, rest = one.place.partition(".")
        side: Side = "response" if rest.startswith("response") else "request"
        yield Change((operation,), side, one.was, "renamed", "breaking", one.was, one.now)

"""What an operation says and this pipeline has no use for: nothing of it is dropped without being named."""

from __future__ import annotations

from collections.abc import Callable

from ..document.tree import Json, mapping
from .repair_log import Repairs, Steps

__all__ = ["name_unsupported"]

#: By the part of an operation, the members that are left out, and what they are.
OF_OPERATION = {"callbacks": "calls that the gateway makes", "servers": "another address for this operation"}
OF_RESPONSE = {"headers": "headers of the answer", "links": "links to other operations"}


def name_unsupported(item: Json, raw: Json, steps: Steps, resolve: Callable[[Json], Json], log: Repairs) -> None:
    """Log, with its pointer, every member of the operation ``raw`` of the path ``item`` that is left out."""
    _log(item, OF_OPERATION, steps[:-1], log)
    _log(raw, OF_OPERATION, steps, log)
    for status, response in mapping(raw.get("responses")).items():
        found = resolve(mapping(response))
        where = (*steps, "responses", status)
        _log(found, OF_RESPONSE, where, log)
        for media_type, media in mapping(found.get("content")).items():
            if mapping(media).get("encoding"):
                log.add((*where, "content", media_type, "encoding"), "has a meaning in requests only; left out")


def _log(holder: Json, members: dict[str, str], steps: Steps, log: Repairs) -> None:
    for key, what in members.items():
        if holder.get(key):
            log.add((*steps, key), f"{what}; left out")

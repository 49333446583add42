"""What an operation says and this pipeline has no use for: nothing of it is dropped without being named."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

from ..document.tree import Json, is_list, is_mapping, mapping
from .repair_log import Repairs, Steps

__all__ = ["name_unsupported"]

#: By the part of an operation, the members that are left out, and what they are.
OF_OPERATION = {"callbacks": "calls that the gateway makes", "servers": "another address for this operation"}
OF_RESPONSE = {"headers": "headers of the answer", "links": "links to other operations"}
OF_MEDIA = {"encoding": "how parts of a form are written"}
OF_PARAMETER = {"allowReserved": "signs that are not escaped", "allowEmptyValue": "a value that may be empty"}


def name_unsupported(item: Json, raw: Json, steps: Steps, resolve: Callable[[Json], Json], log: Repairs) -> None:
    """Log, with its pointer, every member of the operation ``raw`` of the path ``item`` that is left out."""
    _log(item, OF_OPERATION, steps[:-1], log)
    _log(raw, OF_OPERATION, steps, log)
    for holder in (item, raw):
        for declared in cast("list[Json]", holder.get("parameters") if is_list(holder.get("parameters")) else []):
            parameter = resolve(declared)
            where = (*steps, "parameters", str(parameter.get("name")))
            _log(parameter, OF_PARAMETER, where, log)
            if mapping(parameter.get("content")):
                log.add((*where, "content"), "a media type inside a parameter; the value is sent as it is given")
    _messages(mapping(raw.get("requestBody")), (*steps, "requestBody"), resolve, log)
    for status, response in mapping(raw.get("responses")).items():
        where = (*steps, "responses", status)
        _log(resolve(mapping(response)), OF_RESPONSE, where, log)
        _messages(mapping(response), where, resolve, log)


def _messages(message: Json, steps: Steps, resolve: Callable[[Json], Json], log: Repairs) -> None:
    for media_type, media in mapping(resolve(message).get("content")).items():
        if is_mapping(media):
            _log(media, OF_MEDIA, (*steps, "content", media_type), log)


def _log(holder: Json, members: dict[str, str], steps: Steps, log: Repairs) -> None:
    for key, what in members.items():
        if holder.get(key):
            log.add((*steps, key), f"{what}; left out")

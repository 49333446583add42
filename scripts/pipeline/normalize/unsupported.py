"""What an operation says and this pipeline has no use for: nothing of it is dropped without being named."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..document.schemas import canonical_json
from ..document.tree import Json, mapping, sequence
from .repair_log import Repairs, Steps

__all__ = ["name_security", "name_unsupported"]

#: By the part of an operation, the members that are left out, and what they are.
OF_OPERATION = {"callbacks": "calls that the gateway makes", "servers": "another address for this operation"}
OF_RESPONSE = {"headers": "headers of the answer", "links": "links to other operations"}


def name_unsupported(item: Json, raw: Json, steps: Steps, resolve: Callable[[Json], Json], log: Repairs) -> None:
    """Log, with its pointer, every member of the operation ``raw`` of the path ``item`` that is left out."""
    _log(item, OF_OPERATION, steps[:-1], log)
    _log(raw, OF_OPERATION, steps, log)
    read: dict[str, str] = {}
    for status, response in sorted(mapping(raw.get("responses")).items()):
        found = resolve(mapping(response))
        where = (*steps, "responses", status)
        _log(found, OF_RESPONSE, where, log)
        if status.startswith("2") and mapping(found.get("content")):
            schemas = {media_type: mapping(media).get("schema") for media_type, media in found["content"].items()}
            read[status] = canonical_json(schemas)
            first = min(read)
            if read[first] != read[status]:
                log.add((*where, "content"), f"another success; read as the answer of {first}")
        for media_type, media in mapping(found.get("content")).items():
            if mapping(media).get("encoding"):
                log.add((*where, "content", media_type, "encoding"), "has a meaning in requests only; left out")


def name_security(document: Json, operations: Iterable[Json], log: Repairs) -> None:
    """Log the ways of these operations to give a key that are not the one that the client knows."""
    schemes = mapping(mapping(document.get("components")).get("securitySchemes"))
    listed = [operation.get("security", document.get("security")) for operation in operations]
    used = {name for one in listed for requirement in sequence(one) for name in mapping(requirement)}
    for name in sorted(used & set(schemes)):
        scheme = mapping(schemes[name])
        if scheme.get("type") == "apiKey" or (scheme.get("type") == "http" and _said(scheme, "scheme") != "bearer"):
            how = f"{_said(scheme, 'type')} {_said(scheme, 'scheme') or _said(scheme, 'in')}".strip()
            log.add(("components", "securitySchemes", name), f"{how}; the client sends its key as a bearer token")


def _said(scheme: Json, key: str) -> str:
    return str(scheme.get(key, "")).lower()


def _log(holder: Json, members: dict[str, str], steps: Steps, log: Repairs) -> None:
    for key, what in members.items():
        if holder.get(key):
            log.add((*steps, key), f"{what}; left out")

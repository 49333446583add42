"""Assign: a unique name for every shape. Where two want one name, both take the next longer one until they differ."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..document.errors import PipelineError
from .candidates import candidates
from .names import Names, Shape, address, place_rank

__all__ = ["assign"]

#: A name becomes a file name, with an underscore per word.
LONGEST_FILE = 160
#: Names that the generated modules use themselves; a class may not take them.
PYTHON_NAMES = {
    *("Any", "Literal", "Self", "Mapping", "Extensible", "Unset", "UNSET", "File", "Response", "DecodeError"),
    *("KeyError", "HTTPStatus", "BytesIO", "UUID", "Client", "AuthenticatedClient", "Answer", "UnknownAnswer"),
    *("Decimal", "Final", "Kinds", "NO_NULLS", "Secret", "Sequence", "TYPE_CHECKING"),
    *("Endpoint", "Moment", "Operation", "Parameter"),
}


def assign(shapes: Iterable[Shape], names: Names, *, reserved: set[str], source: str) -> dict[str, str]:
    """A unique name for every shape, by key. ``reserved`` are the components that the overlay brings."""
    named: dict[str, str] = {}
    waiting: dict[str, list[str]] = {}
    by_key = {shape.key: shape for shape in shapes}
    # Two names that differ in capitals only would be one file.
    taken: dict[str, str] = {}
    refused = {name.lower() for name in reserved | PYTHON_NAMES}
    for shape in by_key.values():
        curated = names.curated_for(shape)
        if curated:
            if curated[1] in reserved:
                raise _collision(f"{curated[1]}, which the overlay brings,", [shape], source)
            other = taken.setdefault(curated[1].lower(), shape.key)
            if other != shape.key:
                raise _collision(curated[1], [by_key[other], shape], source)
            named[shape.key] = curated[1]
        else:
            waiting[shape.key] = candidates(shape, names)
    while waiting:
        wanted: dict[str, list[str]] = defaultdict(list)
        for key, likely in waiting.items():
            wanted[likely[0].lower()].append(key)
        clashes = {name: keys for name, keys in wanted.items() if len(keys) > 1 or name in taken or name in refused}
        if not clashes:
            named.update({keys[0]: waiting[keys[0]][0] for keys in wanted.values()})
            break
        for name, keys in sorted(clashes.items()):
            settled = [key for key in keys if len(waiting[key]) == 1]
            if len(settled) > 1 or (settled and (name in taken or name in refused)):
                raise _collision(waiting[keys[0]][0], [by_key[key] for key in keys], source)
            for key in keys:
                if key not in settled:
                    waiting[key].pop(0)
    for key, name in named.items():
        if len(name) > LONGEST_FILE:
            raise PipelineError(
                f"the name {name[:40]}... has {len(name)} letters, too many for a file",
                source=source,
                hint="give it a name in openapi/names.toml: " + address(min(by_key[key].places, key=place_rank))[:200],
            )
    return named


def _collision(name: str, shapes: list[Shape], source: str) -> PipelineError:
    places = " and ".join(address(min(shape.places, key=place_rank)) for shape in shapes)
    return PipelineError(
        f"the name {name} is wanted twice: {places}",
        source=source,
        hint="give one of them a name of its own in openapi/names.toml, by its place as written here",
    )

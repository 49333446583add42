"""Build: from a raw document to `upstream.yaml` and `openapi.yaml`, in memory."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import cast

from attrs import evolve, frozen

from .checkout.lock import sha256
from .drift.prose import content_key
from .naming.hoist import canonical, hoist
from .naming.names import load_names
from .normalize.repair import Repairs, repair
from .normalize.select import select
from .overlay.actions import apply_overlay, check_operations, component_names, load_overlay
from .overlay.adopt import adopt_fields
from .overlay.validate import check_fidelity, check_valid
from .source.deprecations import load_deprecations
from .source.reading import Json, dump_yaml, parse_document, references
from .source.sources import Sources, load_sources

HEADER = """\
Built by `python -m scripts.pipeline build`; do not edit.
{what}"""
UPSTREAM = "What the gateway's public document says, named and without its prose."
BUILT = "What this client stands by: upstream.yaml with overlay.yaml applied."


@frozen
class Rooms:
    """The hand-written inputs of a build."""

    directory: Path

    @property
    def sources(self) -> Path:
        return self.directory / "sources.toml"

    @property
    def names(self) -> Path:
        return self.directory / "names.toml"

    @property
    def overlay(self) -> Path:
        return self.directory / "overlay.yaml"

    @property
    def deprecations(self) -> Path:
        return self.directory / "deprecations.json"


@frozen(kw_only=True)
class Read:
    """What a raw document says: its upstream.yaml, the log of repairs, and the document as it came.

    ``content`` is a hash that order does not change, ``keywords`` are those of the schemas of what is kept, ``unused``
    the curated names that nothing here has.
    """

    upstream: Json
    repairs: Repairs
    raw: Json
    content: str
    keywords: tuple[str, ...]
    unused: tuple[str, ...]


@frozen
class Built:
    """The result of a build: both documents, their text, and the log of what was done to upstream's."""

    upstream: Json
    openapi: Json
    repairs: Repairs
    skipped: tuple[str, ...]
    fulfilled: tuple[str, ...]
    unused: tuple[str, ...] = ()
    content: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def notes(self) -> list[str]:
        """All that a person may want to know of this build."""
        unused = [f"names.toml names what this document lacks: {', '.join(self.unused)}"] if self.unused else []
        return [*map(str, self.repairs), *self.skipped, *self.fulfilled, *unused]

    @property
    def upstream_text(self) -> str:
        return dump_yaml(self.upstream, header=HEADER.format(what=UPSTREAM))

    @property
    def openapi_text(self) -> str:
        return dump_yaml(self.openapi, header=HEADER.format(what=BUILT))


def build(raw: bytes, rooms: Rooms, *, source: str, keep_all: bool = False, ended: list[Json] | None = None) -> Built:
    """Build both documents from the bytes of a raw one; every fault is a `PipelineError`.

    ``ended`` are the models of a fresh feed, instead of those in the committed file.
    """
    return finish_read(read(raw, rooms, source=source, keep_all=keep_all), rooms, ended)


def read(raw: bytes, rooms: Rooms, *, source: str, keep_all: bool = False) -> Read:
    """What the bytes of a raw document say, before any correction of ours; every fault is a `PipelineError`."""
    document = parse_document(raw, source=source)
    content = content_key(document)
    prose = deepcopy(document)
    log = repair(document, source=source, lenient=keep_all)
    sources = load_sources(rooms.sources)
    operations, normalizer = select(document, sources, log, keep_all=keep_all, source=source)
    names = load_names(rooms.names, sources.keep.values())
    reserved = component_names(load_overlay(rooms.overlay))
    upstream = hoist(operations, normalizer, names, reserved=reserved, source=source)
    check_fidelity(operations, upstream, source=source)
    unused = {name for _, name in names.curated} - set(upstream["components"]["schemas"])
    return Read(
        upstream=upstream,
        repairs=log,
        raw=prose,
        content=sha256(content),
        keywords=tuple(sorted(normalizer.keywords)),
        unused=tuple(sorted(unused)),
    )


def finish_read(said: Read, rooms: Rooms, ended: list[Json] | None = None) -> Built:
    """Correct what a raw document says with the overlay, and validate the result."""
    built = finish(said.upstream, rooms, said.repairs, ended)
    return evolve(built, unused=said.unused, content=said.content, keywords=said.keywords)


def finish(upstream: Json, rooms: Rooms, log: Repairs, ended: list[Json] | None = None) -> Built:
    """Apply the overlay to a normalized document and validate the result."""
    actions = load_overlay(rooms.overlay)
    sources = load_sources(rooms.sources)
    check_operations(actions, sources.keep.values(), source=str(rooms.overlay))
    applied = apply_overlay(upstream, actions, source=str(rooms.overlay))
    _add_parameters(applied.document)
    adopted = adopt_fields(upstream, applied.document)
    _place(applied.document, sources)
    ended = load_deprecations(rooms.deprecations) if ended is None else ended
    if ended:
        applied.document["x-deprecations"] = [{key: one[key] for key in one if key != "source"} for one in ended]
    _prune(applied.document, component_names(actions))
    openapi: Json = canonical(applied.document)
    check_valid(openapi, source="openapi.yaml")
    return Built(upstream, openapi, log, (*applied.skipped, *adopted), applied.fulfilled)


def _add_parameters(document: Json) -> None:
    """Give each operation the parameters that the overlay describes with a schema and an older document lacks."""
    for item in cast("dict[str, Json]", document["paths"]).values():
        for operation in item.values():
            said = cast("dict[str, Json]", operation.get("x-parameters", {}))
            present = {parameter["name"] for parameter in operation.get("parameters", [])}
            added = [
                {"in": "query", "name": name, "required": False, "schema": words["schema"]}
                for name, words in sorted(said.items())
                if "schema" in words and name not in present
            ]
            if added:
                operation["parameters"] = [*operation.get("parameters", []), *added]


def _place(document: Json, sources: Sources) -> None:
    """Say of each operation where it hangs on a client, and what of its body a method of ours names itself."""
    for item in cast("dict[str, Json]", document["paths"]).values():
        for operation in item.values():
            name = operation["operationId"]
            if name in sources.methods:
                operation["x-method"] = sources.methods[name]
            if name in sources.arguments:
                operation["x-arguments"] = list(sources.arguments[name])


def _prune(document: Json, roots: set[str]) -> None:
    """Drop the shapes that nothing refers to any more once the overlay has replaced a response."""
    schemas = cast(Json, document["components"]["schemas"])
    reached: set[str] = set()
    waiting = [*references(document["paths"]), *(roots & set(schemas))]
    while waiting:
        name = waiting.pop()
        if name not in reached and name in schemas:
            reached.add(name)
            waiting.extend(references(schemas[name]))
    for name in set(schemas) - reached:
        del schemas[name]

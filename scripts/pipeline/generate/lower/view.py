"""The view as a whole: which components are classes, on which side each stands, and all operations."""

from __future__ import annotations

from ...document.tree import Json, operations
from .answers import Answers
from .bodies import Bodies
from .decoders import UnknownVariants
from .operations import Operations
from .references import References
from .schemas import Schemas

__all__ = ["lower"]


def lower(document: Json, *, plain: frozenset[str], aliases: frozenset[str]) -> Json:
    """The view of ``document`` for the generator.

    ``plain`` names components that stay plain mappings in Python, ``aliases`` the closed sets of values that
    get a name of their own.
    """
    references = References(document, plain, aliases)
    unknown = UnknownVariants(references)
    requests = Schemas.of(references, unknown, answering=False)
    answers = Schemas.of(references, unknown, answering=True)
    sent, exact = _sent(references), _exact(references)
    lowered: dict[str, Json] = {}
    for name, schema in references.schemas.items():
        side = requests if name in sent else answers
        if references.is_class(name):
            lowered[name] = side.model(name, exact=name in exact)
        elif "enum" in schema and name in aliases - plain:
            lowered[name] = {"type": schema.get("type", "string"), "enum": schema["enum"]}
        elif name not in plain:
            unknown.of(schema, answering=side.answering)  # a union may be of use to a reader of streams only
    paths = Operations(references, Bodies(references, requests), Answers(references, answers)).paths()
    lowered |= unknown.made
    for name in _behind_plain(references):
        lowered.pop(name, None)
    components: Json = {"schemas": {name: lowered[name] for name in sorted(lowered)}}
    if "securitySchemes" in document["components"]:
        components["securitySchemes"] = document["components"]["securitySchemes"]
    return {
        "openapi": "3.1.0",
        "info": {"title": document["info"]["title"], "version": "0"},
        "paths": paths,
        "components": components,
    }


def _sent(references: References) -> set[str]:
    """The components that requests hold. All others are answers."""
    bodies = [
        [operation.get("requestBody"), operation.get("parameters")] for operation in operations(references.document)
    ]
    return references.reachable(bodies)


def _exact(references: References) -> set[str]:
    """The components whose fields are checked: of the answers that the overlay calls exact, and of no others."""
    said: dict[bool, list[Json]] = {True: [], False: []}
    for operation in operations(references.document):
        for status, response in operation["responses"].items():
            said[operation.get("x-exact") is True and status.startswith("2")].append(response)
    return references.reachable(said[True]) - references.reachable(said[False]) - _sent(references)


def _behind_plain(references: References) -> set[str]:
    """Components that only plain mappings refer to: nothing in Python needs them."""
    schemas, plain = references.schemas, references.plain
    inner = references.reachable([schemas[name] for name in plain & set(schemas)])
    rest = [schema for name, schema in schemas.items() if name not in plain and name not in inner]
    outer = references.reachable(rest, stop=plain)
    return inner - outer - references.reachable(references.document["paths"], stop=plain)

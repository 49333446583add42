"""What a reference in `openapi.yaml` stands for in Python: a class, a named alias, or the schema itself."""

from __future__ import annotations

from collections.abc import Set
from typing import Any, cast

from attrs import frozen

from ...document.schemas import is_object
from ...document.tree import Json, reference, references

__all__ = ["References", "members_of"]


@frozen
class References:
    """A document, and what in it becomes no class.

    ``plain`` names the components that stay plain mappings, ``aliases`` the sets of values that get a name.
    """

    document: Json
    plain: frozenset[str]
    aliases: frozenset[str]

    @property
    def schemas(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.document["components"]["schemas"])

    def is_class(self, name: str) -> bool:
        """Whether a component becomes a class."""
        return name not in self.plain and is_object(self.schemas.get(name, {}))

    def class_of(self, schema: Json) -> str:
        """The component of the class that a schema refers to, or nothing."""
        name = reference(schema)
        return name if name is not None and self.is_class(name) else ""

    def classes_of(self, union: Json) -> list[str]:
        """The components of the classes among the members of a union."""
        return [name for name in map(self.class_of, self.flat(union)) if name]

    def variant(self, name: str) -> Json:
        """A class with the sets of values of its properties in place, so that its tag can be seen."""
        schema = self.schemas[name]
        properties = {key: self.resolve(part) for key, part in cast("dict[str, Json]", schema["properties"]).items()}
        return {**schema, "properties": properties}

    def resolve(self, schema: Json) -> Json:
        """What a reference stands for; an alias is marked as such."""
        name = reference(schema)
        if name is None:
            return schema
        if name in self.plain:
            return {"type": "object"}
        target = self.schemas.get(name, {})
        if "enum" in target and name in self.aliases:
            return {"x-class": name, **target}
        return target

    def flat(self, schema: Json) -> list[Json]:
        """The members of a union, with unions among them unfolded."""
        flat: list[Json] = []
        for member in members_of(schema):
            name = reference(member)
            inner = self.schemas.get(name, {}) if name else member
            if "anyOf" in inner or "oneOf" in inner:
                flat += self.flat(inner)
            else:
                flat.append(member)
        return flat

    def reachable(self, node: Any, *, stop: Set[str] = frozenset()) -> set[str]:
        """The components below a part of the document, not going through those in ``stop``."""
        found: set[str] = set()
        waiting = list(references(node))
        while waiting:
            name = waiting.pop()
            if name not in found and name not in stop and name in self.schemas:
                found.add(name)
                waiting.extend(references(self.schemas[name]))
        return found


def members_of(schema: Json) -> list[Json]:
    """The members of a union."""
    return [*schema.get("anyOf", []), *schema.get("oneOf", [])]

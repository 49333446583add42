"""What a reference in `openapi.yaml` stands for in Python: a class, a named alias, or the schema itself."""

from __future__ import annotations

from typing import cast

from attrs import define, field

from ..document.schemas import is_object
from ..document.tree import SCHEMAS, Json

__all__ = ["References"]


@define
class References:
    """The document that is lowered, with what becomes no class; ``unknown`` collects the catch-alls that are made.

    ``answering`` says that what is lowered now comes from the gateway, and never goes to it.
    """

    document: Json
    plain: frozenset[str]
    aliases: frozenset[str]
    unknown: dict[str, Json] = field(factory=dict[str, Json])
    answering: bool = False

    @property
    def schemas(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.document["components"]["schemas"])

    @staticmethod
    def _ref(schema: Json) -> str | None:
        ref = schema.get("$ref")
        return ref.removeprefix(SCHEMAS) if isinstance(ref, str) else None

    def _is_class(self, name: str) -> bool:
        return name not in self.plain and is_object(self.schemas.get(name, {}))

    def _variant(self, name: str) -> Json:
        """A class with the sets of values of its properties in place, so that its tag can be seen."""
        schema = self.schemas[name]
        properties = {key: self._resolve(part) for key, part in cast("dict[str, Json]", schema["properties"]).items()}
        return {**schema, "properties": properties}

    def _resolve(self, schema: Json) -> Json:
        """What a reference stands for; a class stays a reference, marked as such."""
        name = self._ref(schema)
        if name is None:
            return schema
        if name in self.plain:
            return {"type": "object"}
        target = self.schemas.get(name, {})
        if "enum" in target and name in self.aliases:
            return {"x-class": name, **target}
        return target

    @staticmethod
    def _members(schema: Json) -> list[Json]:
        return [*schema.get("anyOf", []), *schema.get("oneOf", [])]

    def _flat(self, schema: Json) -> list[Json]:
        """The members of a union, with unions among them unfolded."""
        flat: list[Json] = []
        for member in self._members(schema):
            name = self._ref(member)
            inner = self.schemas.get(name, {}) if name else member
            if "anyOf" in inner or "oneOf" in inner:
                flat += self._flat(inner)
            else:
                flat.append(member)
        return flat

"""What the generator is told of a schema: enough for its types and imports, and for each model how it is decoded."""

from __future__ import annotations

from typing import cast

from attrs import frozen

from ...document.schemas import is_object
from ...document.tree import SCHEMAS, Json, is_list, reference, resolved
from ..prose import entry, paragraph
from ..python_names import attribute_names, name_of_class
from .annotations import EXACT, Annotations
from .decoders import Decoders, UnknownVariants
from .keywords import ANSWER, CONSTANTS, DECODERS, DOCSTRING, KINDS, SCALARS, TYPES, WIRE
from .references import References, members_of

__all__ = ["Schemas", "union_of"]

_SCALARS_IN_PYTHON = frozenset({"str", "int", "float", "bool", "None"})
_KINDS = {
    "integer": ["int"],
    "number": ["int", "float"],
    "boolean": ["bool"],
    "object": ["dict"],
    "null": ["type(None)"],
}


@frozen
class Schemas:
    """Lowers the schemas of one side."""

    references: References
    unknown: UnknownVariants
    annotations: Annotations
    decoders: Decoders
    answering: bool

    @classmethod
    def of(cls, references: References, unknown: UnknownVariants, *, answering: bool) -> Schemas:
        """The parts of one side, put together."""
        annotations = Annotations(references, answering)
        return cls(references, unknown, annotations, Decoders(references, unknown, answering), answering)

    def model(self, component: str, *, exact: bool = False) -> Json:
        """A model: its properties for the generator, and how each is typed and decoded."""
        schema = self.references.schemas[component]
        names = attribute_names(schema["properties"])
        required = {names[name] for name in schema.get("required", []) if name in names}
        made: Json = {"type": "object", "properties": {}, DECODERS: {}, TYPES: {}, SCALARS: [], ANSWER: self.answering}
        renamed = {given: wire for wire, given in names.items() if given != wire}
        if renamed:
            made[WIRE] = renamed
        for wire, part in cast("dict[str, Json]", schema["properties"]).items():
            name = names[wire]
            made["properties"][name] = self._property(part, required=name in required)
            annotation = self.annotations.annotation(part)
            if annotation:
                made[TYPES][name] = annotation
            decoder = self.decoders.decoder(part)
            if decoder:
                made[DECODERS][name] = decoder
            if exact:
                absent = [] if name in required else ["type(None)"]
                made.setdefault(KINDS, {})[name] = sorted({*self._kinds(part), *absent})
            if "default" in made["properties"][name] and isinstance(part.get("const"), str):
                made.setdefault(CONSTANTS, {})[name] = repr(part["const"])
            if self._is_scalar(part):
                made[SCALARS].append(name)
        if required:
            made["required"] = sorted(required)
        made[DOCSTRING] = self._docstring(component, names, required)
        return made

    def _docstring(self, component: str, names: dict[str, str], required: set[str]) -> str:
        """What the docstring of a model says: its description, and those of its attributes, required ones first."""
        schema = self.references.schemas[component]
        described = {
            names[wire]: part.get("description") or resolved(self.references.document, part).get("description")
            for wire, part in cast("dict[str, Json]", schema["properties"]).items()
        }
        order = sorted(described, key=lambda name: name not in required)
        entries = [entry(name, words) for name in order if (words := described[name])]
        attributes = "\n".join(["Attributes:", *entries]).replace("\n", "\n    ") if entries else ""
        words = schema.get("description") or f"`{name_of_class(component)}` of the gateway's document."
        return "\n\n".join(filter(None, (paragraph(words), attributes)))

    def lowered(self, schema: Json) -> Json:
        """What the generator is told of a schema."""
        name = reference(schema)
        if name is not None:
            return self._lowered_reference(schema, name)
        if "anyOf" in schema or "oneOf" in schema:
            members = [self.lowered(member) for member in members_of(schema)]
            unknown = self.unknown.of(schema, answering=self.answering)
            return union_of([*members, {"$ref": SCHEMAS + unknown}] if unknown else members)
        kind = schema.get("type")
        if is_list(kind):
            return union_of([self.lowered({**schema, "type": one}) for one in cast("list[str]", kind)])
        if "const" in schema and isinstance(schema["const"], (str, int)) and not isinstance(schema["const"], bool):
            return {"const": schema["const"]}
        if kind == "array":
            return {"type": "array", "items": self.lowered(schema.get("items", {}))}
        if kind == "string":
            return {"type": "string", **({"format": "date-time"} if schema.get("format") == "date-time" else {})}
        if kind in ("integer", "number", "boolean", "null"):
            return {"type": kind}
        if is_object(schema):
            return {"type": "object", "properties": schema["properties"]}
        return {}

    def _lowered_reference(self, schema: Json, name: str) -> Json:
        target = self.references.schemas.get(name, {})
        if name in self.references.plain:
            return {}
        if is_object(target):
            return {"$ref": schema["$ref"]}
        if "enum" in target and name in self.references.aliases:
            return {"anyOf": [{"$ref": schema["$ref"]}, {"type": target.get("type", "string")}]}
        return self.lowered(target)

    def _property(self, part: Json, *, required: bool) -> Json:
        lowered = self.lowered(part)
        if "const" in lowered:
            constant = lowered["const"]
            lowered = {"const": constant, "default": constant} if required else {"const": constant}
        return lowered

    def _is_scalar(self, part: Json) -> bool:
        """Whether a value of a property is written back as it is."""
        members = self.annotations.parts(part)
        return members is not None and all(
            member in _SCALARS_IN_PYTHON or member.startswith("Literal") for member in members
        )

    def _kinds(self, schema: Json) -> list[str]:
        """The classes, as Python source, that a value may have once it is decoded; `object` where it may be any."""
        if self.references.class_of(schema):
            return ["Answer"]
        schema = self.references.resolve(schema)
        if "anyOf" in schema or "oneOf" in schema:
            return sorted({kind for member in members_of(schema) for kind in self._kinds(member)})
        kind = schema.get("type")
        if is_list(kind):
            kinds = cast("list[str]", kind)
            return sorted({made for one in kinds for made in self._kinds({**schema, "type": one})})
        form = (str(kind), str(schema.get("format")))
        if form in EXACT and self.answering:
            return [EXACT[form][0]]
        if kind == "array":
            inner = self._kinds(schema.get("items", {}))
            return ["list"] if "object" in inner else [f"({', '.join(inner)},)"]
        if kind == "string":
            return ["datetime.datetime" if schema.get("format") == "date-time" else "str"]
        if kind is None and schema.get("enum"):
            return ["str", "int"]
        return _KINDS.get(str(kind), ["object"])


def union_of(members: list[Json]) -> Json:
    """The union of lowered schemas, each once; one of them that says nothing makes it say nothing."""
    unique = {repr(sorted(member.items(), key=repr)): member for member in members}
    if {} in unique.values():
        return {}
    return next(iter(unique.values())) if len(unique) == 1 else {"anyOf": list(unique.values())}

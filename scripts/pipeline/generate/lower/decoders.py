"""The expression that decodes a value: by its tag where there is one, and with a class for what is not known."""

from __future__ import annotations

from typing import cast

from attrs import define, field, frozen

from ...document.identifiers import pascal
from ...document.schemas import find_discriminator, is_catch_all, is_object, tag_values
from ...document.tree import Json, is_list
from ..prose import paragraph
from ..python_names import attribute_names, name_of_class
from .annotations import EXACT
from .keywords import ANSWER, DECODERS, DOCSTRING, SCALARS, TYPES, UNKNOWN_VARIANT, WIRE
from .references import References

__all__ = ["Decoders", "UnknownVariants"]

#: A class is a file.
LONGEST = 100
UNKNOWN = (
    "A variant that this client does not know. It keeps all of its data and writes it back. Its tag is the one that "
    "came, whatever its annotation says: so comparing a tag with a known one tells the variants apart."
)


@define
class UnknownVariants:
    """The catch-alls of tagged unions, each made when it is first asked for; ``made`` holds them by name."""

    references: References
    made: dict[str, Json] = field(factory=dict[str, Json])

    def of(self, union: Json, *, answering: bool) -> str:
        """The component that catches the unknown variants of a tagged union; "" where none fits."""
        classes = self.references.classes_of(union)
        variants = [self.references.variant(name) for name in classes]
        tag = find_discriminator(variants)
        if tag is None or any(is_catch_all(variant, tag) for variant in variants):
            return ""
        name = self._name(classes, tag)
        attribute = attribute_names([tag])[tag]
        self.made[name] = {
            "type": "object",
            DOCSTRING: paragraph(UNKNOWN),
            "properties": {attribute: {"type": "string"}},
            "required": [attribute],
            DECODERS: {},
            ANSWER: answering,
            UNKNOWN_VARIANT: True,
            # In an answer the tag is typed so that comparing it with a known one rules this class out.
            TYPES: {} if name.endswith("Param") else {attribute: "Literal['<unknown>']"},
            SCALARS: [attribute],
            **({WIRE: {attribute: tag}} if attribute != tag else {}),
        }
        return name

    def _name(self, classes: list[str], tag: str) -> str:
        """One class per union of responses; the variants of a request share one, since only we make those."""
        schemas = self.references.schemas
        union = next(
            (name for name, schema in schemas.items() if set(classes) == set(self.references.classes_of(schema))), ""
        )
        if union and not union.endswith(("Param", "Params")):
            return f"Unknown{union}"
        return "UnknownParam" if tag == "type" else f"Unknown{pascal(tag)[:LONGEST]}Param"


@frozen
class Decoders:
    """Writes the decoders of one side."""

    references: References
    unknown: UnknownVariants
    answering: bool

    def decoder(self, schema: Json) -> str:
        """The expression that decodes a value of this schema, or nothing where the value is used as it is."""
        name = self.references.class_of(schema)
        if name:
            return f"model({name_of_class(name)!r})"
        schema = self.references.resolve(schema)
        if "anyOf" in schema or "oneOf" in schema:
            return self._union_decoder(schema)
        kind = schema.get("type")
        kinds = cast("list[str]", kind) if is_list(kind) else [kind]
        if "array" in kinds:
            inner = self.decoder(schema.get("items", {}))
            return f"list_of({inner})" if inner else ""
        if "string" in kinds and schema.get("format") == "date-time":
            return "date_time"
        exact = [EXACT[(str(one), form)][1] for one in kinds if (str(one), form := str(schema.get("format"))) in EXACT]
        return exact[0] if exact and self.answering else ""

    def _union_decoder(self, union: Json) -> str:
        classes = self.references.classes_of(union)
        decoders: list[str] = []
        if len(classes) == 1:
            decoders.append(f"model({name_of_class(classes[0])!r})")
        elif classes:
            decoders.append(self._dispatch(union, classes))
        others = [
            member for member in map(self.references.resolve, self.references.flat(union)) if not is_object(member)
        ]
        decoders += [decoder for decoder in map(self.decoder, others) if decoder]
        if len(decoders) > 1:
            return f"one_of({', '.join(decoders)})"
        return decoders[0] if decoders else ""

    def _dispatch(self, union: Json, classes: list[str]) -> str:
        """A table from tag to class; where classes share a tag, the one whose required properties are there."""
        variants = {name: self.references.variant(name) for name in classes}
        by_demand = sorted(classes, key=lambda name: (-len(variants[name].get("required", [])), name))
        tag = find_discriminator(list(variants.values()))
        if tag is None:
            return f"shaped([{', '.join(map(self._shape, by_demand))}])"
        unknown = self.unknown.of(union, answering=self.answering) or next(
            (name for name in classes if is_catch_all(variants[name], tag)), ""
        )
        cases: dict[str, list[str]] = {}
        absent = ""
        for name in by_demand:
            for value in tag_values(variants[name], tag):
                cases.setdefault(value, []).append(name)
            if name != unknown and tag not in variants[name].get("required", []):
                absent = absent or name
        table = ", ".join(f"{value!r}: {self._target(cases[value])}" for value in sorted(cases))
        named = f", absent={name_of_class(absent)!r}" if absent else ""
        fallback = f", unknown={name_of_class(unknown)!r}" if unknown else ""
        return f"tagged({tag!r}, {{{table}}}{named}{fallback})"

    def _target(self, names: list[str]) -> str:
        if len(names) == 1:
            return repr(name_of_class(names[0]))
        return f"[{', '.join(map(self._shape, names))}]"

    def _shape(self, name: str) -> str:
        required = tuple(sorted(self.references.schemas[name].get("required", [])))
        return f"({name_of_class(name)!r}, {required!r})"

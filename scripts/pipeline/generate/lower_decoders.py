"""The expression that decodes a property: by its tag where there is one, and with a class for what is not known."""

from __future__ import annotations

from typing import cast

from ..document.identifiers import pascal
from ..document.schemas import find_discriminator, is_catch_all, is_object, tag_values
from ..document.tree import Json, is_list
from .lower_types import EXACT, Types
from .python_names import name_of_class

__all__ = ["ANSWER", "DECODERS", "KINDS", "SCALARS", "TYPES", "Decoders"]

#: The keywords of a component that the model template reads, see templates/model.py.jinja.
DECODERS, TYPES, SCALARS = "x-decoders", "x-types", "x-scalars"
ANSWER, UNKNOWN_VARIANT, KINDS = "x-answer", "x-unknown", "x-kinds"

UNKNOWN = (
    "A variant that this client does not know. It keeps all of its data and writes it back. Its tag is the one that "
    "came, whatever its annotation says: so comparing a tag with a known one tells the variants apart."
)


class Decoders(Types):
    """Writes decoders, and makes the catch-alls that they fall back on."""

    def _decoder(self, schema: Json) -> str:
        """The expression that decodes a value of this schema, or nothing where the value is used as it is."""
        name = self._ref(schema)
        if name is not None and name not in self.plain and is_object(self.schemas.get(name, {})):
            return f"model({name_of_class(name)!r})"
        schema = self._resolve(schema)
        if "anyOf" in schema or "oneOf" in schema:
            return self._union_decoder(schema)
        kind = schema.get("type")
        kinds = cast(list[str], kind) if is_list(kind) else [kind]
        if "array" in kinds:
            inner = self._decoder(schema.get("items", {}))
            return f"list_of({inner})" if inner else ""
        if "string" in kinds and schema.get("format") == "date-time":
            return "date_time"
        exact = [EXACT[(str(one), form)][1] for one in kinds if (str(one), form := str(schema.get("format"))) in EXACT]
        return exact[0] if exact and self.answering else ""

    def _union_decoder(self, schema: Json) -> str:
        members = [self._resolve(member) for member in self._flat(schema)]
        classes = [
            name for name in (self._ref(member) for member in self._flat(schema)) if name and self._is_class(name)
        ]
        decoders: list[str] = []
        if len(classes) == 1:
            decoders.append(f"model({name_of_class(classes[0])!r})")
        elif classes:
            decoders.append(self._dispatch(schema, classes))
        others = [member for member in members if not is_object(member)]
        decoders += [decoder for decoder in (self._decoder(member) for member in others) if decoder]
        if len(decoders) > 1:
            return f"one_of({', '.join(decoders)})"
        return decoders[0] if decoders else ""

    def _dispatch(self, schema: Json, classes: list[str]) -> str:
        """A table from tag to class; where classes share a tag, the one whose required properties are there."""
        variants = {name: self._variant(name) for name in classes}
        tag = find_discriminator(list(variants.values()))
        unknown = self._unknown_of(schema) or next(
            (name for name in classes if tag and is_catch_all(variants[name], tag)), ""
        )
        cases: dict[str, list[str]] = {}
        absent = ""
        for name in sorted(classes, key=lambda one: (-len(variants[one].get("required", [])), one)):
            for value in tag_values(variants[name], tag) if tag else ():
                cases.setdefault(value, []).append(name)
            if tag and name != unknown and tag not in variants[name].get("required", []):
                absent = absent or name
        if tag is None:
            shapes = [
                self._shape(name)
                for name in sorted(classes, key=lambda one: (-len(variants[one].get("required", [])), one))
            ]
            return f"shaped([{', '.join(shapes)}])"
        table = ", ".join(f"{value!r}: {self._target(cases[value])}" for value in sorted(cases))
        named = f", absent={name_of_class(absent)!r}" if absent else ""
        fallback = f", unknown={name_of_class(unknown)!r}" if unknown else ""
        return f"tagged({tag!r}, {{{table}}}{named}{fallback})"

    def _target(self, names: list[str]) -> str:
        if len(names) == 1:
            return repr(name_of_class(names[0]))
        return f"[{', '.join(self._shape(name) for name in names)}]"

    def _shape(self, name: str) -> str:
        required = tuple(sorted(self.schemas[name].get("required", [])))
        return f"({name_of_class(name)!r}, {required!r})"

    # --- unknown variants

    def _unknown_of(self, schema: Json) -> str:
        """The component that catches unknown variants of a tagged union, made on first use; "" where none fits."""
        classes = [
            name for name in (self._ref(member) for member in self._flat(schema)) if name and self._is_class(name)
        ]
        variants = [self._variant(name) for name in classes]
        tag = find_discriminator(variants)
        if tag is None or any(is_catch_all(variant, tag) for variant in variants):
            return ""
        name = self._unknown_name(classes)
        self.unknown[name] = {
            "type": "object",
            "description": UNKNOWN,
            "properties": {tag: {"type": "string"}},
            "required": [tag],
            DECODERS: {},
            ANSWER: self.answering,
            UNKNOWN_VARIANT: True,
            # In an answer the tag is typed so that comparing it with a known one rules this class out.
            TYPES: {} if name.endswith("Param") else {tag: "Literal['<unknown>']"},
            SCALARS: [tag],
        }
        return name

    def _unknown_name(self, classes: list[str]) -> str:
        """One class per union of responses; the variants of a request share one, since only we make those."""
        union = next((name for name, schema in self.schemas.items() if {*classes} == self._classes_in(schema)), "")
        if union and not union.endswith(("Param", "Params")):
            return f"Unknown{union}"
        tag = find_discriminator([self._variant(name) for name in classes])
        return "UnknownParam" if tag == "type" else f"Unknown{pascal(str(tag))}Param"

    def _classes_in(self, schema: Json) -> set[str]:
        if "anyOf" not in schema and "oneOf" not in schema:
            return set()
        return {name for name in (self._ref(member) for member in self._flat(schema)) if name and self._is_class(name)}

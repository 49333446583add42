"""Params: `params.py`, a TypedDict for each shape of a request, written straight from `openapi.yaml`.

What a caller may give is wider than what is sent: a model of this package or an answer, anything with a `to_dict`,
stands for its JSON object, and any iterable for an array. What a caller may not give is narrower: sets of values are
closed, and the open door of a union, a variant of any tag, is left out, so that a type checker refuses what nobody
knows. `answers.py` names the models that no request is made of.

Text from the document reaches Python source only through ``repr``.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, cast

from attrs import define, field

from ..document.identifiers import pascal
from ..document.media import is_json
from ..document.schemas import find_discriminator, is_catch_all, is_object
from ..document.tree import SCHEMAS, Json, is_list, is_mapping, operations, references
from .prose import docstring, paragraph
from .python_names import name_of_class

__all__ = ["RequestTypes", "write_answers", "write_params"]

#: What of a body a method written by hand names itself, see `sources.toml`.
ARGUMENTS = "x-arguments"
#: Names that `params.py` defines or imports beside the shapes.
PROTOCOLS = ("SequenceNotStr", "SupportsToDict")
IMPORTED = (
    "Any",
    "Decimal",
    "Iterable",
    "Iterator",
    "Literal",
    "Mapping",
    "Protocol",
    "Required",
    "TypeAlias",
    "TypeVar",
    "TypedDict",
)
SCALARS = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}
#: Members that would hide, in the body of a class, what the annotations after them need.
HIDING = {*SCALARS.values(), *IMPORTED, *PROTOCOLS}

HEADER = '''"""The shapes of requests, as typed dicts. For annotations: nothing here is needed to send a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, Literal, Protocol, Required, TypeAlias, TypedDict, TypeVar

T_co = TypeVar("T_co", covariant=True)


class SupportsToDict(Protocol):
    """A model of this package, or anything else that gives itself as a JSON object."""

    def to_dict(self) -> dict[str, Any]: ...


class SequenceNotStr(Protocol[T_co]):
    """A list or tuple of texts, which a single text is not."""

    def __contains__(self, value: object, /) -> bool: ...
    def __getitem__(self, index: int, /) -> T_co: ...
    def __iter__(self) -> Iterator[T_co]: ...
    def __len__(self) -> int: ...
'''

ANSWERS = '''"""The models of answers, each imported when it is first used: `models` without those of requests."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
{imports}

__all__ = ({names})


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {{__name__!r}} has no attribute {{name!r}}")
    from . import models

    value: object = getattr(models, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
'''


@define
class RequestTypes:
    """The Python types of the requests of one document.

    ``open_shapes`` names the components that may hold more than the document says: any mapping stands for them.
    """

    document: Json
    open_shapes: frozenset[str] = frozenset()
    _classes: dict[str, str] = field(factory=dict[str, str], init=False)
    _alike: dict[tuple[str, Any], list[str]] | None = field(default=None, init=False)

    @property
    def schemas(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.document["components"]["schemas"])

    def annotation(self, schema: Json) -> str:
        """The Python annotation of what a caller may give for a schema of a request.

        The names in it are those of `imports`, and `Any`, `Decimal`, `Iterable`, `Literal` and `Mapping`.
        """
        return " | ".join(self._parts(schema))

    def imports(self, annotation: str) -> set[str]:
        """The names in an annotation that `params.py` defines."""
        defined = {self.class_name(name) for name in self.schemas} | set(PROTOCOLS)
        outside = re.sub(r"Literal\[[^\]]*\]", "", annotation)
        return defined & set(re.findall(r"\w+", outside))

    def class_name(self, component: str) -> str:
        """What a component is called in `params.py`."""
        if component not in self._classes:
            name = name_of_class(component)
            self._classes[component] = f"{name}_" if name in HIDING else name
        return self._classes[component]

    def reachable(self, node: Any, *, whole: bool = False) -> set[str]:
        """The components that a part of the document needs in `params.py`; with ``whole``, all that it refers to."""
        found: set[str] = set()
        waiting = list(references(node))
        while waiting:
            name = waiting.pop()
            if name not in found and name in self.schemas:
                found.add(name)
                schema = self.schemas[name]
                if whole:
                    waiting.extend(references(schema))
                elif name not in self.open_shapes:
                    waiting.extend(references(self._members(schema)))
        return found

    def bodies(self) -> list[Json]:
        """What the operations say of their bodies."""
        return [operation.get("requestBody", {}) for operation in operations(self.document)]

    def body(self, operation: Json) -> str | None:
        """The component of an operation's JSON body."""
        for media_type, media in sorted(operation.get("requestBody", {}).get("content", {}).items()):
            name = str(media.get("schema", {}).get("$ref", "")).removeprefix(SCHEMAS)
            if is_json(media_type) and is_object(self.schemas.get(name, {})):
                return name
        return None

    def _members(self, schema: Json) -> Json | list[Json]:
        """The members of a union without its open door, or the schema itself."""
        members = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
        return [member for member in members if member not in self._open_doors(members)] if members else schema

    def _open_doors(self, members: list[Json]) -> list[Json]:
        """The variants of a union that take any tag."""
        objects = [(member, self._variant(member)) for member in members]
        variants = [variant for _, variant in objects if variant is not None]
        tag = find_discriminator(variants)
        return [member for member, variant in objects if tag and variant is not None and is_catch_all(variant, tag)]

    def _variant(self, member: Json) -> Json | None:
        """An object with the values of its members in place, so that its tag can be seen."""
        schema = self._target(member)
        if not is_object(schema):
            return None
        properties = {name: self._target(part) for name, part in schema["properties"].items()}
        return {**schema, "properties": properties}

    def _target(self, schema: Json) -> Json:
        ref = schema.get("$ref")
        return self.schemas.get(ref.removeprefix(SCHEMAS), {}) if isinstance(ref, str) else schema

    def _parts(self, schema: Json) -> list[str]:
        """The members of the union that an annotation is, without repetition, None at the end."""
        parts = list(dict.fromkeys(self._raw_parts(schema)))
        if "Any" in parts:
            return ["Any"]
        return sorted(parts, key=lambda part: (part == "None", part == "SupportsToDict"))

    def _raw_parts(self, schema: Json) -> Iterator[str]:
        ref = schema.get("$ref")
        kinds = schema.get("type")
        if isinstance(ref, str):
            name = ref.removeprefix(SCHEMAS)
            if name not in self.schemas:
                yield "Any"
                return
            yield self.class_name(name)
            yield from map(self.class_name, self._stand_ins(name))
            if self._holds_objects(name, set()):
                yield "SupportsToDict"
        elif "anyOf" in schema or "oneOf" in schema:
            for member in self._members(schema):
                yield from self._parts(cast("Json", member))
        elif "enum" in schema or "const" in schema:
            yield from _literals(schema.get("enum", [schema.get("const")]))
        elif is_list(kinds):
            for kind in cast("list[str]", kinds):
                yield from self._parts({**schema, "type": kind})
        elif kinds == "array":
            item = self.annotation(schema.get("items", {}))
            yield f"{'SequenceNotStr' if {'str', 'Any'} & set(item.split(' | ')) else 'Iterable'}[{item}]"
        elif kinds == "object" or is_object(schema):
            extra = schema.get("additionalProperties", True)
            yield f"Mapping[str, {self.annotation(extra) if is_mapping(extra) else 'Any'}]"
        elif kinds == "string" and schema.get("format") == "binary":
            yield "bytes"
        elif kinds in ("number", "integer") and schema.get("format") == "decimal":
            yield from (SCALARS[kinds], "Decimal")
        else:
            yield SCALARS.get(str(kinds), "Any")

    def _stand_ins(self, name: str) -> list[str]:
        """The objects that are always this one too: of the same constants, with no member of another type.

        So a text block may stand where the document says nearly the same in other words, as in a system prompt.
        """
        if self._alike is None:
            self._alike = {}
            for one in sorted(self.reachable(self.bodies()) - self.open_shapes):
                for constant in _constants(self.schemas[one]):
                    self._alike.setdefault(constant, []).append(one)
        schema = self.schemas[name]
        similar = {one for constant in _constants(schema) for one in self._alike.get(constant, [])} - {name}
        return sorted(one for one in similar if self._is_always(self.schemas[one], schema))

    @staticmethod
    def _is_always(narrow: Json, wide: Json) -> bool:
        return set(wide.get("required", [])) <= set(narrow.get("required", [])) and all(
            member in wide["properties"] and _bare(part) == _bare(wide["properties"][member])
            for member, part in narrow["properties"].items()
        )

    def _holds_objects(self, name: str, seen: set[str]) -> bool:
        """Whether a JSON object, and so a model, may stand for a component."""
        schema = self.schemas.get(name, {})
        if name in seen or name in self.open_shapes:
            return False
        members = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
        inner = [member["$ref"].removeprefix(SCHEMAS) for member in members if "$ref" in member]
        return is_object(schema) or any(self._holds_objects(one, seen | {name}) for one in inner)

    # --- the text of params.py

    def module(self) -> str:
        """`params.py`: the TypedDicts, then the names of values and unions, each after what it needs."""
        needed = sorted(self.reachable(self.bodies()))
        objects = [name for name in needed if is_object(self.schemas[name]) and name not in self.open_shapes]
        public = {self.class_name(name): self._typed_dict(name) for name in objects}
        inner: dict[str, str] = {}
        for operation in operations(self.document):
            name = self.body(operation)
            if name is not None and ARGUMENTS in operation:
                stem = pascal(operation["operationId"])
                public[f"{stem}Options"] = self._options(f"{stem}Options", name, set(operation[ARGUMENTS]))
                inner |= self._arguments(stem, name, operation[ARGUMENTS])
        aliases = self._aliases([name for name in needed if name not in objects])
        names = ", ".join(map(repr, sorted([*public, *(name for name, _ in aliases)])))
        parts = [HEADER, *public.values()]
        parts += [f"{name}: TypeAlias = {value}" for name, value in (*aliases, *inner.items())]
        return "\n\n".join([*parts, f"__all__ = ({names}{',' if names else ''})"]) + "\n"

    def _typed_dict(self, name: str) -> str:
        schema = self.schemas[name]
        required = set(schema.get("required", []))
        fields = {
            wire: (f"Required[{self.annotation(part)}]" if wire in required else self.annotation(part), part)
            for wire, part in cast("dict[str, Json]", schema["properties"]).items()
        }
        return _class(self.class_name(name), fields, schema.get("description", ""))

    def _options(self, made: str, name: str, named: set[str]) -> str:
        """The members of a body that its method does not name itself, all optional."""
        fields = {
            wire: (_or_none(self.annotation(part)), part)
            for wire, part in cast("dict[str, Json]", self.schemas[name]["properties"]).items()
            if wire not in named
        }
        return _class(made, fields, f"The members of `{self.class_name(name)}` that are options of its method.")

    def _arguments(self, stem: str, name: str, named: list[str]) -> dict[str, str]:
        """The types of the members that a method names itself, and of the items of those that are arrays."""
        properties = cast("dict[str, Json]", self.schemas[name]["properties"])
        made: dict[str, str] = {}
        for wire in named:
            if wire in properties:
                made[f"{stem}{pascal(wire)}Argument"] = self.annotation(properties[wire])
                if "items" in properties[wire]:
                    made[f"{stem}{pascal(wire)}Item"] = self.annotation(properties[wire]["items"])
        return made

    def _aliases(self, names: list[str]) -> list[tuple[str, str]]:
        """Sets of values and unions with what each stands for, in an order in which each is known when it is needed."""
        values = {name: "Mapping[str, Any]" if name in self.open_shapes else self._alias(name) for name in names}
        ordered: dict[str, str] = {}
        while values:
            ready = [name for name, value in values.items() if not self.imports(value) & self._class_names(values)]
            if ready:
                ordered |= {name: values.pop(name) for name in ready}
            else:  # a circle, which is closed by quoting one of them
                name = min(values)
                ordered[name] = repr(values.pop(name))
        return [(self.class_name(name), value) for name, value in ordered.items()]

    def _class_names(self, names: Iterable[str]) -> set[str]:
        return {self.class_name(name) for name in names}

    def _alias(self, name: str) -> str:
        """What a component that is no object stands for, in dicts: models are let in where it is used."""
        parts = self._parts(self.schemas[name])
        return " | ".join([part for part in parts if part != "SupportsToDict"])


def write_params(types: RequestTypes, package: Path) -> None:
    """Write `params.py` into the package."""
    (package / "params.py").write_text(types.module(), encoding="utf-8")


def write_answers(types: RequestTypes, models: Iterable[str], package: Path) -> None:
    """Write `answers.py` into the package; ``models`` are the components that become models and that it may hold."""
    requests = types.reachable(types.bodies(), whole=True)
    # A component that the document lacks is the catch-all of a union, see `lower/decoders.py`.
    names = sorted(
        name_of_class(name)
        for name in models
        if name not in requests and not (name not in types.schemas and name.endswith("Param"))
    )
    imports = f"    from .models import {', '.join(names)}" if names else "    pass"
    listed = ", ".join(map(repr, names)) + ("," if names else "")
    (package / "answers.py").write_text(ANSWERS.format(imports=imports, names=listed), encoding="utf-8")


def _constants(schema: Json) -> Iterator[tuple[str, Any]]:
    """The members of an object that have one value only, with that value."""
    for member, part in cast("dict[str, Json]", schema.get("properties", {})).items():
        if isinstance(part.get("const"), str):
            yield member, part["const"]


def _bare(part: Json) -> Json:
    """A schema without what says nothing about its type."""
    return {key: value for key, value in part.items() if key not in ("default", "description")}


def _or_none(annotation: str) -> str:
    return annotation if annotation == "Any" or annotation.endswith("None") else f"{annotation} | None"


def _literals(values: list[Any]) -> Iterator[str]:
    """A closed set of values: those that a Literal can hold, and the types of the others."""
    exact = [value for value in values if isinstance(value, (str, int))]
    if exact:
        yield f"Literal[{', '.join(map(repr, exact))}]"
    for value in values:
        if value is None:
            yield "None"
        elif value not in exact:
            yield "float" if isinstance(value, float) else "Any"


def _class(name: str, fields: dict[str, tuple[str, Json]], description: str) -> str:
    """A TypedDict: a class, or a call where a member is no name that the body of a class can hold."""
    if any(
        not wire.isidentifier() or keyword.iskeyword(wire) or wire.startswith("__") or wire in HIDING for wire in fields
    ):
        members = ", ".join(f"{wire!r}: {annotation!r}" for wire, (annotation, _) in fields.items())
        return f"{name} = TypedDict({name!r}, {{{members}}}, total=False)"
    lines = [f"class {name}(TypedDict, total=False):"]
    if description:
        lines.append(f"    {docstring([paragraph(description)], indent=' ' * 4)}")
    for wire, (annotation, part) in fields.items():
        lines.append(f"    {wire}: {annotation}")
        if part.get("description"):
            lines.append(f"    {docstring([paragraph(part['description'])], indent=' ' * 4)}")
    return "\n".join(lines if len(lines) > 1 else [*lines, "    pass"])

"""Normalize: a schema as upstream wrote it, in one stable spelling.

References are resolved in place, prose and samples are gone, 3.0 spellings become those of 3.1, single-value
enums become constants, and every union has one form (`merge`). A schema that refers to itself keeps a reference
at the place where it closes the circle.
"""

from __future__ import annotations

from typing import Any, cast

from jsonschema import Draft202012Validator
from openapi_schema_validator import oas31_format_checker

from ..document.schemas import NULL, canonical_json, is_object
from ..document.tree import SCHEMAS, Json, is_list, is_mapping, lookup
from .keywords import HOLDING_MANY, HOLDING_ONE, KEPT, PROSE, STRUCTURE, KeywordUses
from .merge import literal, plain_union, union
from .repair_log import Repairs

RECURSIVE = "x-recursive"


class Normalizer:
    """Normalizes the schemas of one document. ``recursive`` collects the components that contain themselves.

    ``keywords`` collects the keywords that these schemas use. In the ``exact`` form nothing is united or left out: it
    is no input of the generator, but what a later document is compared with.
    """

    def __init__(self, document: Json, log: Repairs, *, exact: bool = False) -> None:
        self._document = document
        self._log = log
        self._exact = exact
        self._union = plain_union if exact else union
        self.recursive: dict[str, Json] = {}
        self.keywords = KeywordUses()
        self._pending: list[str] = []

    @property
    def log(self) -> Repairs:
        """What was mended and left out so far."""
        return self._log

    def schema(self, node: Any, steps: tuple[str | int, ...], open_refs: tuple[str, ...] = ()) -> Json:
        """The normal form of the schema ``node``, which stands at ``steps`` of the document."""
        if not is_mapping(node):
            return {} if node is not False else {"not": {}}
        source = node
        self.keywords.add(source, steps)
        if "$ref" in source:
            return self._reference(source, steps, open_refs)
        if "allOf" in source:
            only = _only_reference(source)
            if only:
                return self._reference({**source, "$ref": only}, steps, open_refs)
            source, open_refs = self._all_of(source, steps, open_refs)
            self.keywords.add(source, steps)
        nullable = source.get("nullable") is True
        normal = self._plain(source, steps, open_refs)
        members = [(key, index, one) for key in ("anyOf", "oneOf") for index, one in enumerate(source.get(key, []))]
        if members:
            normal = self._members(normal, members, steps, open_refs)
        normal = _split_types(_fold_enum(normal))
        if nullable and normal:
            annotations: Json = {key: normal[key] for key in ("default", "deprecated") if key in normal}
            normal = {**self._union([normal, NULL]), **annotations}
        return self._checked(normal, steps)

    def _checked(self, normal: Json, steps: tuple[str | int, ...]) -> Json:
        """``normal`` without a default that it does not itself accept."""
        validator: Any = Draft202012Validator(normal, format_checker=oas31_format_checker)
        if "default" not in normal or validator.is_valid(normal["default"]):
            return normal
        self._log.add((*steps, "default"), f"{normal['default']!r} is no value of this schema; dropped")
        return {key: value for key, value in normal.items() if key != "default"}

    def resolve(self, node: Json) -> Json:
        """A parameter, response or request body, with a reference to components followed."""
        while isinstance(node.get("$ref"), str):
            target = lookup(self._document, node["$ref"])
            if target is None:
                return {}
            node = target
        return node

    def finish(self) -> None:
        """Normalize the components that closed a circle; they may name further ones."""
        while self._pending:
            ref = self._pending.pop()
            if ref not in self.recursive:
                target = cast(Json, lookup(self._document, ref))
                self.recursive[ref] = {}
                self.recursive[ref] = self.schema(target, ("components", "schemas", _tail(ref)), (ref,))

    def _reference(self, source: Json, steps: tuple[str | int, ...], open_refs: tuple[str, ...]) -> Json:
        ref = cast(str, source["$ref"])
        if ref in open_refs:
            self._pending.append(ref)
            normal: Json = {RECURSIVE: ref}
        else:
            target = lookup(self._document, ref)
            normal = self.schema(target, ("components", "schemas", _tail(ref)), (*open_refs, ref))
            if ref.startswith(SCHEMAS) and (is_object(normal) or "enum" in normal):
                normal = {**normal, "x-hint": _tail(ref)}
        normal = {**normal, **{key: source[key] for key in ("default", "deprecated") if key in source}}
        return self._checked(self._union([normal, NULL]) if source.get("nullable") is True else normal, steps)

    def _all_of(
        self, source: Json, steps: tuple[str | int, ...], open_refs: tuple[str, ...]
    ) -> tuple[Json, tuple[str, ...]]:
        """The parts of an ``allOf`` and what stands beside them, as one schema, and the references it opened."""
        combined: Json = {key: value for key, value in source.items() if key != "allOf"}
        members: list[Any] = source["allOf"]
        trail: tuple[str, ...] = open_refs
        for index, member in enumerate(members):
            part: Json = member if is_mapping(member) else {}
            while "$ref" in part or "allOf" in part:
                if "$ref" in part:
                    if part["$ref"] in trail:
                        self._log.add((*steps, "allOf", index), f"contains itself; dropped: {part['$ref']}")
                        part = {}
                    else:
                        trail = (*trail, str(part["$ref"]))
                        part = self.resolve({"$ref": trail[-1]})
                else:
                    part, trail = self._all_of(part, (*steps, "allOf", index), trail)
            lost = _contradictions(combined, part)
            if lost:
                self._log.add((*steps, "allOf", index), f"says otherwise than what stands before it: {', '.join(lost)}")
            combined = _both(combined, part)
        return combined, trail

    def _plain(self, source: Json, steps: tuple[str | int, ...], open_refs: tuple[str, ...]) -> Json:
        normal: Json = {}
        for key, value in source.items():
            if key in KEPT:
                normal[key] = value
            elif key not in PROSE and key not in STRUCTURE and not key.startswith("x-"):
                if self._exact:
                    normal[key] = self._other(key, value, (*steps, key), open_refs)
                self._log.add((*steps, key), f"keyword {key} is not understood; left out")
        properties = cast(Json, source.get("properties") or {})
        if properties:
            normal["type"] = "object" if not is_list(normal.get("type")) else normal["type"]
            normal["properties"] = {
                name: self.schema(part, (*steps, "properties", name), open_refs) for name, part in properties.items()
            }
        if source.get("required") and (self._exact or properties or normal.get("type") == "object"):
            normal["required"] = sorted(source["required"])
        extra = source.get("additionalProperties")
        if extra is False and properties:
            normal["additionalProperties"] = False
        elif extra is False and normal.get("type") == "object":
            self._log.add((*steps, "additionalProperties"), "an object that may hold nothing; read as any object")
        elif is_mapping(extra):
            allowed = self.schema(extra, (*steps, "additionalProperties"), open_refs)
            if allowed and properties and not self._exact:
                self._log.add((*steps, "additionalProperties"), "further properties are read as any value")
            elif allowed:
                normal["additionalProperties"] = allowed
        positions = [
            self.schema(part, (*steps, "prefixItems", index), open_refs)
            for index, part in enumerate(source.get("prefixItems", []))
        ]
        if self._exact and positions:
            normal["prefixItems"] = positions
            positions = []
        if "items" in source or positions or normal.get("type") == "array":
            items = source.get("items")
            if items or not positions:
                positions.append(self.schema(items, (*steps, "items"), open_refs))
            normal["items"] = self._union(positions)
            normal.setdefault("type", "array")
        return normal

    def _other(self, key: str, value: Any, steps: tuple[str | int, ...], open_refs: tuple[str, ...]) -> Any:
        """What a keyword says that the built documents leave out, its schemas in normal form."""
        if key in HOLDING_ONE:
            return self.schema(value, steps, open_refs)
        if key in HOLDING_MANY and is_mapping(value):
            return {name: self.schema(part, (*steps, name), open_refs) for name, part in value.items()}
        return value

    def _members(
        self, base: Json, members: list[tuple[str, int, Any]], steps: tuple[str | int, ...], open_refs: tuple[str, ...]
    ) -> Json:
        """The union of ``members``, each combined with what stands beside the union."""
        # Beside other members, a bare `nullable: true` is how upstream's generator writes null; alone it is "any".
        normal = [
            self.schema({"type": "null"} if one == {"nullable": True} else one, (*steps, key, index), open_refs)
            for key, index, one in members
        ]
        beside: Json = {key: base[key] for key in ("default", "deprecated") if key in base}
        base = {key: value for key, value in base.items() if key not in beside}
        if self._exact:
            return {**self._union([_within(base, member) for member in normal]), **beside}
        limits = sorted(set(base) - {"type", "properties", "required", "items", "additionalProperties"})
        if limits:
            self._log.add(steps, f"limits beside alternatives are left out: {', '.join(limits)}")
        if base.get("properties") and not any(is_object(member) for member in normal):
            self._log.add((*steps, "anyOf"), "alternative requirements; the object is read without them")
            return {**base, **beside}
        if is_object(base):
            normal = [_both(base, member) if is_object(member) else member for member in normal]
        elif base.get("type") == "array":
            normal = [union([base, member]) if member.get("type") == "array" else member for member in normal]
        return {**union(normal), **beside}


def _contradictions(first: Json, second: Json) -> list[str]:
    """What two parts of an ``allOf`` both say, each in its own way; of these the second counts."""
    keywords = [
        key
        for key in second
        if key in first
        and key not in PROSE | {"properties", "required"}
        and not key.startswith("x-")
        and canonical_json(first[key]) != canonical_json(second[key])
    ]
    first_parts, second_parts = (cast(Json, part.get("properties") or {}) for part in (first, second))
    shared = [name for name in second_parts if name in first_parts]
    return keywords + [
        name for name in shared if canonical_json(first_parts[name]) != canonical_json(second_parts[name])
    ]


def _both(first: Json, second: Json) -> Json:
    """A schema that demands what both demand, as far as objects go."""
    combined: Json = {
        **first,
        **{key: value for key, value in second.items() if key not in ("properties", "required")},
    }
    properties = {**cast(Json, first.get("properties") or {}), **cast(Json, second.get("properties") or {})}
    required = {*cast(list[str], first.get("required") or []), *cast(list[str], second.get("required") or [])}
    if properties:
        combined["properties"] = properties
    if required:
        combined["required"] = sorted(required)
    return combined


def _within(base: Json, member: Json) -> Json:
    """A member of a union with what stands beside the union."""
    if "anyOf" in member:
        return {**member, "anyOf": [_within(base, part) for part in member["anyOf"]]}
    return member if member == NULL else _both(base, member)


def _fold_enum(schema: Json) -> Json:
    """Single-value enums as constants, values in order, and null as a type of its own."""
    values = schema.get("enum")
    if not is_list(values):
        return schema
    rest = {key: value for key, value in schema.items() if key not in ("enum", "type")}
    present = {canonical_json(value): value for value in values if value is not None}
    if not present:
        return dict(NULL)
    ordered = sorted(present.values(), key=_value_order)
    if all(isinstance(value, str) for value in ordered):
        folded = {**literal(ordered), **rest}
    else:
        kind = {"type": schema["type"]} if isinstance(schema.get("type"), str) else {}
        folded = {**kind, **({"const": ordered[0]} if len(ordered) == 1 else {"enum": ordered}), **rest}
    return union([folded, NULL]) if None in values else folded


def _value_order(value: Any) -> tuple[str, Any]:
    """An order of any JSON values: by type, then by value, or by text where values have no order."""
    return value.__class__.__name__, value if isinstance(value, (str, int, float)) else canonical_json(value)


def _split_types(schema: Json) -> Json:
    """A list of types as a union, except for the plain nullable form."""
    kinds = schema.get("type")
    if not is_list(kinds):
        return schema
    beside: Json = {key: schema[key] for key in ("default", "deprecated") if key in schema}
    rest = {key: value for key, value in schema.items() if key not in beside and key != "type"}
    return {
        **union([{**rest, "type": kind} if kind != "null" else NULL for kind in cast(list[str], kinds)]),
        **beside,
    }


def _only_reference(source: Json) -> str:
    """The one reference that an ``allOf`` wraps so that a flag or prose can stand beside it; "" for any other."""
    members: list[Any] = source["allOf"]
    beside = set(source) - PROSE - {"allOf", "nullable", "default", "deprecated"}
    if len(members) != 1 or not is_mapping(members[0]) or set(members[0]) != {"$ref"} or beside:
        return ""
    return str(members[0]["$ref"])


def _tail(ref: str) -> str:
    return ref.rsplit("/", 1)[-1].replace("~1", "/").replace("~0", "~")

"""Lower: the generator's view of `openapi.yaml`.

`openapi.yaml` says what the gateway does; this view says what the Python client shall look like where the
generator needs telling:

- closed sets of values become Literals that are open to any text, because a new value must not break a client;
- maps and free-form objects become plain ``dict[str, Any]``, not a class each;
- unions of objects get an ``Unknown...`` variant that keeps what this client does not know;
- each property gets the expression that decodes it (dispatch on the tag instead of trying one class after
  another), for the model template to print;
- any 2xx counts as success, and error bodies are left to whoever reads the response.

Text from the document reaches Python source only through ``repr``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Set
from copy import deepcopy
from typing import Any, cast

from attrs import define, field

from ._document import METHODS, SCHEMAS, Json, is_list, references
from ._merge import find_tag, is_catch_all, is_object, tag_values
from ._names import pascal

JSON_MEDIA = re.compile(r"^application/(?:[\w.+-]+\+)?json\b")
JSON_LINES = re.compile(r"^application/(?:x-)?(?:jsonl|ndjson)\b")
#: The keyword of a component that the model template reads, see templates/model.py.jinja.
DECODERS, TYPES, SCALARS = "x-decoders", "x-types", "x-scalars"


def lower(document: Json, *, plain: frozenset[str], aliases: frozenset[str]) -> Json:
    """The view of ``document`` for the generator.

    ``plain`` names components that stay plain mappings in Python, ``aliases`` the closed sets of values that
    get a name of their own.
    """
    lowering = _Lowering(deepcopy(document), plain, aliases)
    return lowering.run()


@define
class _Lowering:
    document: Json
    plain: frozenset[str]
    aliases: frozenset[str]
    unknown: dict[str, Json] = field(factory=dict[str, Json])

    @property
    def schemas(self) -> dict[str, Json]:
        return cast("dict[str, Json]", self.document["components"]["schemas"])

    def run(self) -> Json:
        source = self.schemas
        lowered: dict[str, Json] = {}
        for name, schema in source.items():
            if name in self.plain:
                continue
            if is_object(schema):
                lowered[name] = self._object(schema)
            elif "enum" in schema and name in self.aliases:
                lowered[name] = {"type": schema.get("type", "string"), "enum": schema["enum"]}
            else:
                self._unknown_of(schema)  # a union may be of use to a reader of streams only
        paths = {path: self._path_item(path, item) for path, item in self.document["paths"].items()}
        lowered.update(self.unknown)
        for name in self._behind_plain(source):
            lowered.pop(name, None)
        components: Json = {"schemas": {name: lowered[name] for name in sorted(lowered)}}
        if "securitySchemes" in self.document["components"]:
            components["securitySchemes"] = self.document["components"]["securitySchemes"]
        return {
            "openapi": "3.1.0",
            "info": {"title": self.document["info"]["title"], "version": "0"},
            "paths": paths,
            "components": components,
        }

    def _behind_plain(self, source: dict[str, Json]) -> set[str]:
        """Components that only plain mappings refer to: nothing in Python needs them."""
        inner = {target for name in self.plain & set(source) for target in _reachable(source[name], source, set())}
        outer: set[str] = set()
        for name, schema in source.items():
            if name not in self.plain and name not in inner:
                outer |= _reachable(schema, source, self.plain)
        return inner - outer - _reachable(self.document["paths"], source, self.plain)

    # --- operations

    def _path_item(self, path: str, item: Json) -> Json:
        return {method: self._operation(path, item[method]) for method in METHODS if method in item}

    def _operation(self, path: str, operation: Json) -> Json:
        made: Json = {
            key: operation[key] for key in ("operationId", "summary", "description", "deprecated") if key in operation
        }
        made["tags"] = operation.get("tags") or [_tag_of(path)]
        security = operation.get("security", self.document.get("security"))
        if security:
            made["security"] = security
        made["parameters"] = [
            {**parameter, "schema": self._parameter(parameter["schema"])}
            for parameter in operation.get("parameters", [])
        ]
        if "requestBody" in operation:
            body = operation["requestBody"]
            content = dict(self._body(body["content"]))
            if content:
                made["requestBody"] = {"required": body.get("required", False), "content": content}
        made["responses"] = {"2XX": self._success(operation["responses"])}
        return made

    def _parameter(self, schema: Json) -> Json:
        """A parameter: a value or a list of values; what is neither is passed on as it is given."""
        resolved = self._resolve(schema)
        if resolved.get("type") == "array":
            return {"type": "array", "items": self._scalar(self._resolve(resolved["items"]))}
        return self._scalar(resolved)

    def _scalar(self, schema: Json) -> Json:
        if "const" in schema or "enum" in schema:
            values = schema.get("enum", [schema.get("const")])
            return {"type": "string" if all(isinstance(value, str) for value in values) else "integer"}
        kind = schema.get("type")
        if is_list(kind):
            kind = next((one for one in cast(list[str], kind) if one != "null"), None)
        return {"type": kind} if kind in ("string", "integer", "number", "boolean") else {}

    def _body(self, content: Json) -> Iterator[tuple[str, Json]]:
        for media_type, media in content.items():
            if JSON_MEDIA.match(media_type) or media_type in (
                "application/x-www-form-urlencoded",
                "multipart/form-data",
            ):
                multipart = media_type == "multipart/form-data"
                yield media_type, {"schema": self._schema(media["schema"], binary=multipart)}
            else:
                yield "application/octet-stream", {"schema": {"type": "string", "format": "binary"}}

    def _success(self, responses: Json) -> Json:
        """The first success that has content, as the response of every 2xx status."""
        for status in sorted(responses, key=lambda code: (not code.startswith("2"), code == "default", code)):
            content = responses[status].get("content", {})
            if not status.startswith("2") or not content:
                continue
            json_types = [media_type for media_type in content if JSON_MEDIA.match(media_type)]
            if json_types:
                schema = content[json_types[0]]["schema"]
                decoder = self._decoder(schema)
                extra = {"x-decoder": decoder} if decoder else {}
                lowered = self._schema(schema)
                for media_type in content:
                    if JSON_LINES.match(media_type):
                        line = content[media_type]["schema"]
                        extra["x-line-decoder"] = self._decoder(line)
                        lowered = _union([lowered, {"type": "array", "items": self._schema(line)}])
                return {"description": "", "content": {"application/json": {"schema": lowered}}, **extra}
            if any(media_type.startswith("text/") for media_type in content):
                return {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}
            binary = {"schema": {"type": "string", "format": "binary"}}
            return {"description": "", "content": {"application/octet-stream": binary}}
        return {"description": ""}

    # --- schemas

    def _object(self, schema: Json) -> Json:
        """A model: its properties for the generator, and how each is typed and decoded."""
        required = set(schema.get("required", []))
        made: Json = {"type": "object", "properties": {}, DECODERS: {}, TYPES: {}, SCALARS: []}
        if "description" in schema:
            made["description"] = schema["description"]
        for name, part in cast(dict[str, Json], schema["properties"]).items():
            lowered = self._schema(part)
            if "const" in lowered:
                lowered = {
                    "const": lowered["const"],
                    **({"default": lowered["const"]} if name in required else {}),
                }
            if "description" in part and "$ref" not in lowered:
                lowered["description"] = part["description"]
            made["properties"][name] = lowered
            annotation = self._annotation(part)
            if annotation:
                made[TYPES][name] = annotation
            decoder = self._decoder(part)
            if decoder:
                made[DECODERS][name] = decoder
            members = self._python(part)
            if members is not None and not any(member.startswith(("Any", "list", "dict")) for member in members):
                made[SCALARS].append(name)
        if required:
            made["required"] = sorted(required)
        return made

    def _schema(self, schema: Json, *, binary: bool = False) -> Json:
        """What the generator is told of a schema: enough for its types and imports."""
        name = self._ref(schema)
        if name is not None:
            target = self.schemas.get(name, {})
            if name in self.plain:
                return {}
            if is_object(target):
                return {"$ref": schema["$ref"]}
            if "enum" in target and name in self.aliases:
                return {"anyOf": [{"$ref": schema["$ref"]}, {"type": target.get("type", "string")}]}
            return self._schema(target)
        if "anyOf" in schema or "oneOf" in schema:
            members = [self._schema(member) for member in self._members(schema)]
            unknown = self._unknown_of(schema)
            if unknown:
                members.append({"$ref": SCHEMAS + unknown})
            return _union(members)
        kind = schema.get("type")
        if is_list(kind):
            return _union([self._schema({**schema, "type": one}) for one in cast(list[str], kind)])
        if "const" in schema and isinstance(schema["const"], (str, int)) and not isinstance(schema["const"], bool):
            return {"const": schema["const"]}
        if kind == "array":
            return {"type": "array", "items": self._schema(schema.get("items", {}))}
        if kind == "string":
            text_format = schema.get("format")
            keeps = text_format == "date-time" or (text_format == "binary" and binary)
            return {"type": "string", "format": text_format} if keeps else {"type": "string"}
        if kind in ("integer", "number", "boolean", "null"):
            return {"type": kind}
        if is_object(schema):
            return {"type": "object", "properties": schema["properties"]}
        return {}

    def _annotation(self, schema: Json) -> str:
        """The Python type of a property that the generator cannot express, or nothing.

        It is given only where no class takes part: Literals, plain mappings, and lists and unions of those.
        """
        parts = self._python(schema)
        if parts is None or not any(
            part.startswith(("Literal", "dict", "list[Literal", "list[dict")) for part in parts
        ):
            return ""
        return " | ".join(_type_order(parts))

    def _python(self, schema: Json) -> set[str] | None:
        """The members of the Python type of a schema; None where a class or an alias takes part."""
        schema = self._resolve(schema)
        if "x-class" in schema or is_object(schema):
            return None
        if "anyOf" in schema or "oneOf" in schema:
            members = [self._python(member) for member in self._members(schema)]
            return None if None in members else set[str]().union(*(member for member in members if member))
        if "enum" in schema:
            values = [value for value in schema["enum"] if isinstance(value, (str, int))]
            return {f"Literal[{', '.join(map(repr, values))}]", _PYTHON.get(schema.get("type", ""), "Any")}
        if "const" in schema:
            return {f"Literal[{schema['const']!r}]"} if isinstance(schema["const"], str) else {"Any"}
        kind = schema.get("type")
        if is_list(kind):
            members = [self._python({**schema, "type": one}) for one in cast(list[str], kind)]
            return None if None in members else set[str]().union(*(member for member in members if member))
        if kind == "array":
            inner = self._python(schema.get("items", {}))
            return None if inner is None else {f"list[{' | '.join(_type_order(inner))}]"}
        if kind == "object":
            extra = schema.get("additionalProperties", True)
            inner = {"Any"} if extra is True else self._python(extra)
            return None if inner is None else {f"dict[str, {' | '.join(_type_order(inner))}]"}
        if kind == "string" and schema.get("format") == "date-time":
            return None
        return {_PYTHON.get(str(kind), "Any")}

    # --- decoding

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
        return "date_time" if "string" in kinds and schema.get("format") == "date-time" else ""

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
        tag = find_tag(list(variants.values()))
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
        tag = find_tag(variants)
        if tag is None or any(is_catch_all(variant, tag) for variant in variants):
            return ""
        name = self._unknown_name(classes)
        self.unknown[name] = {
            "type": "object",
            "description": UNKNOWN,
            "properties": {tag: {"type": "string"}},
            "required": [tag],
            DECODERS: {},
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
        tag = find_tag([self._variant(name) for name in classes])
        return "UnknownParam" if tag == "type" else f"Unknown{pascal(str(tag))}Param"

    def _classes_in(self, schema: Json) -> set[str]:
        if "anyOf" not in schema and "oneOf" not in schema:
            return set()
        return {name for name in (self._ref(member) for member in self._flat(schema)) if name and self._is_class(name)}

    # --- references

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


UNKNOWN = (
    "A variant that this client does not know. It keeps all of its data and writes it back. Its tag is the one that "
    "came, whatever its annotation says: so comparing a tag with a known one tells the variants apart."
)
_PYTHON = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}


def name_of_class(component: str) -> str:
    """The class that the generator makes of a component."""
    make: Callable[[str, str], str] = _class_name()
    return make(component, "field_")


def _class_name() -> Callable[[str, str], str]:
    from openapi_python_client.strings import ClassName  # noqa: PLC0415 (a second of import, needed here only)

    return ClassName


def _reachable(node: Any, schemas: dict[str, Json], stop: Set[str]) -> set[str]:
    """The components below a part of the document, not going through those in ``stop``."""
    found: set[str] = set()
    waiting = list(references(node))
    while waiting:
        name = waiting.pop()
        if name not in found and name not in stop and name in schemas:
            found.add(name)
            waiting.extend(references(schemas[name]))
    return found


def _union(members: list[Json]) -> Json:
    unique = {repr(sorted(member.items(), key=repr)): member for member in members}
    if {} in unique.values():
        return {}
    return next(iter(unique.values())) if len(unique) == 1 else {"anyOf": list(unique.values())}


def _type_order(parts: set[str]) -> list[str]:
    if "Any" in parts:
        return ["Any"]
    return sorted(parts, key=lambda part: (part == "None", not part.startswith("Literal"), part))


def _tag_of(path: str) -> str:
    """The group of an operation without a tag: the first part of its path that is not a version."""
    for segment in path.split("/"):
        if segment and not re.fullmatch(r"v\d+|api|\{.*\}", segment):
            return re.sub(r"\W+", "_", segment)
    return "default"

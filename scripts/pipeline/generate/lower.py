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
from collections.abc import Iterator, Set
from copy import deepcopy
from typing import Any, cast

from ..document.schemas import is_object
from ..document.tree import METHODS, SCHEMAS, Json, is_list, operations, references
from .lower_decoders import ANSWER, DECODERS, KINDS, SCALARS, TYPES, Decoders
from .lower_types import EXACT
from .python_names import python_names

JSON_MEDIA = re.compile(r"^application/(?:[\w.+-]+\+)?json\b")
JSON_LINES = re.compile(r"^application/(?:x-)?(?:jsonl|ndjson)\b")
#: Properties that have another name in Python than on the wire, see templates/model.py.jinja.
WIRE = "x-wire"
#: What the endpoint template reads of an operation, see templates/endpoint_module.py.jinja.
ENDPOINT = "x-endpoint"
_SCALARS_IN_PYTHON = frozenset({"str", "int", "float", "bool", "None"})
SAFE_METHODS = frozenset({"get", "head", "options", "put", "trace"})


def lower(document: Json, *, plain: frozenset[str], aliases: frozenset[str]) -> Json:
    """The view of ``document`` for the generator.

    ``plain`` names components that stay plain mappings in Python, ``aliases`` the closed sets of values that
    get a name of their own.
    """
    lowering = _Lowering(deepcopy(document), plain, aliases)
    return lowering.run()


class _Lowering(Decoders):
    """The generator's view of one document."""

    def run(self) -> Json:
        source = self.schemas
        sent, exact = self._sent(), self._exact()
        lowered: dict[str, Json] = {}
        for name, schema in source.items():
            self.answering = name not in sent
            if name in self.plain:
                continue
            if is_object(schema):
                lowered[name] = self._object(schema, exact=name in exact)
            elif "enum" in schema and name in self.aliases:
                lowered[name] = {"type": schema.get("type", "string"), "enum": schema["enum"]}
            else:
                self._unknown_of(schema)  # a union may be of use to a reader of streams only
        self.answering = False
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

    def _sent(self) -> set[str]:
        """The components that requests hold. All others are answers."""
        bodies = [
            [operation.get("requestBody"), operation.get("parameters")] for operation in operations(self.document)
        ]
        return _reachable(bodies, self.schemas, set())

    def _exact(self) -> set[str]:
        """The components whose fields are checked: of the answers that the overlay calls exact, and of no others."""
        said: dict[bool, list[Json]] = {True: [], False: []}
        for operation in operations(self.document):
            for status, response in operation["responses"].items():
                said[operation.get("x-exact") is True and status.startswith("2")].append(response)
        return _reachable(said[True], self.schemas, set()) - _reachable(said[False], self.schemas, set()) - self._sent()

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
        return {method: self._operation(path, method, item[method]) for method in METHODS if method in item}

    def _operation(self, path: str, method: str, operation: Json) -> Json:
        self.answering = False
        made: Json = {
            key: operation[key] for key in ("operationId", "summary", "description", "deprecated") if key in operation
        }
        made["tags"] = operation.get("tags") or [tag_of(path)]
        security = operation.get("security", self.document.get("security"))
        if security:
            made["security"] = security
        words = operation.get("x-parameters", {})
        parameters = {
            words.get(parameter["name"], {}).get("name", parameter["name"]): parameter
            for parameter in operation.get("parameters", [])
        }
        made["parameters"] = [
            {
                "name": name,
                "in": parameter["in"],
                "required": parameter.get("required", False),
                "schema": {"type": "string"},
            }
            for name, parameter in parameters.items()
        ]
        if "requestBody" in operation:
            body = operation["requestBody"]
            content = dict(self._body(body["content"]))
            if content:
                made["requestBody"] = {"required": body.get("required", False), "content": content}
        made["responses"] = {
            "2XX": {
                **self._success(operation["responses"]),
                ENDPOINT: {
                    "path": path,
                    "parameters": {
                        name: self._parameter(parameter, words.get(parameter["name"], {}))
                        for name, parameter in parameters.items()
                    },
                    "members": self._body_members(operation),
                    "repeat": operation.get("x-repeat") or ("safe" if method in SAFE_METHODS else "unsafe"),
                    "secret": self._holds_secret(operation["responses"]),
                    "accept": _accept(operation["responses"]),
                },
            }
        }
        return made

    def _parameter(self, parameter: Json, words: Json) -> Json:
        """A parameter as `Parameter` of the runtime takes it, with its type in Python and what is said of it."""
        schema = self._resolve(parameter.get("schema", {}))
        arrays = [one for one in map(self._resolve, self._members(schema)) if one.get("type") == "array"]
        schema = arrays[0] if arrays else schema
        several = schema.get("type") == "array" or "several" in words
        item = self._resolve(schema.get("items", {})) if schema.get("type") == "array" else schema
        item = {**item, **({"enum": words["enum"]} if "enum" in words else {})}
        kind = words.get("format") or item.get("format", "")
        made: Json = {} if parameter["in"] == "query" else {"place": parameter["in"]}
        if kind in ("date-time", "date"):
            made["kind"] = kind
        if several and (words.get("several") == "joined" or parameter.get("explode") is False):
            made["joined"] = True
        made |= {"required": True} if parameter.get("required") else {}
        made |= {name: item[name] for name in ("minimum", "maximum") if isinstance(item.get(name), (int, float))}
        most = words.get("most", schema.get("maxItems"))
        made |= {"most": most} if isinstance(most, int) else {}
        annotation = "Moment" if kind in ("date-time", "date") else self._scalar(item)
        if several:
            annotation = f"{annotation} | Sequence[{annotation}]"
        description = words.get("description") or parameter.get("description", "")
        return {"name": parameter["name"], "spec": made, "annotation": annotation, "description": description}

    @staticmethod
    def _scalar(schema: Json) -> str:
        """The Python type of one value of a parameter."""
        values = schema.get("enum", [schema["const"]] if "const" in schema else [])
        if values and all(isinstance(value, str) for value in values):
            return f"Literal[{', '.join(repr(value) for value in sorted(values))}]"
        kind = schema.get("type")
        if is_list(kind):
            kind = next((one for one in cast(list[str], kind) if one != "null"), None)
        return {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}.get(
            str(kind), "int" if values else "str | float"
        )

    def _body_members(self, operation: Json) -> tuple[str, ...]:
        """The names of the members of a JSON body, in order."""
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            name = self._ref(media.get("schema", {}))
            if JSON_MEDIA.match(media_type) and name is not None and is_object(self.schemas.get(name, {})):
                return tuple(self.schemas[name]["properties"])
        return ()

    def _holds_secret(self, responses: Json) -> bool:
        """Whether a success holds a text that is not to be shown."""
        content = [response.get("content", {}) for status, response in responses.items() if status.startswith("2")]
        names = _reachable(content, self.schemas, set())
        return any(
            part.get("format") == "password"
            for name in names
            for part in self.schemas[name].get("properties", {}).values()
        )

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
        self.answering = True
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

    def _object(self, schema: Json, *, exact: bool = False) -> Json:
        """A model: its properties for the generator, and how each is typed and decoded."""
        names = python_names(schema["properties"])
        required = {names[name] for name in schema.get("required", []) if name in names}
        made: Json = {"type": "object", "properties": {}, DECODERS: {}, TYPES: {}, SCALARS: [], ANSWER: self.answering}
        renamed = {given: wire for wire, given in names.items() if given != wire}
        if renamed:
            made[WIRE] = renamed
        if "description" in schema:
            made["description"] = schema["description"]
        for wire, part in cast(dict[str, Json], schema["properties"]).items():
            name = names[wire]
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
            if exact:
                allowed = self._kinds(part)
                made.setdefault(KINDS, {})[name] = sorted({*allowed, *([] if name in required else ["type(None)"])})
            if members is not None and members <= _SCALARS_IN_PYTHON | {
                member for member in members if member.startswith("Literal")
            }:
                made[SCALARS].append(name)
        if required:
            made["required"] = sorted(required)
        return made

    def _kinds(self, schema: Json) -> list[str]:
        """The kinds, as Python source, that a property may hold once it is decoded; `object` where it may be any."""
        name = self._ref(schema)
        if name is not None and name not in self.plain and is_object(self.schemas.get(name, {})):
            return ["Answer"]
        schema = self._resolve(schema)
        if "anyOf" in schema or "oneOf" in schema:
            return sorted({kind for member in self._members(schema) for kind in self._kinds(member)})
        kind = schema.get("type")
        if is_list(kind):
            kinds = {made for one in cast(list[str], kind) for made in self._kinds({**schema, "type": one})}
            return sorted(kinds)
        form = (str(kind), str(schema.get("format")))
        if form in EXACT and self.answering:
            return [EXACT[form][0]]
        if kind == "array":
            inner = self._kinds(schema.get("items", {}))
            return ["list"] if "object" in inner else [f"({', '.join(inner)},)"]
        if kind == "string":
            return ["datetime.datetime" if schema.get("format") == "date-time" else "str"]
        plain = {"integer": "int", "boolean": "bool", "object": "dict", "null": "type(None)"}
        if kind == "number":
            return ["int", "float"]
        if kind is None and schema.get("enum"):
            return ["str", "int"]
        return [plain.get(str(kind), "object")]

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


def _accept(responses: Json) -> str:
    """What to ask for: JSON first, and everything else that a success may be."""
    offered = [
        media_type
        for status, response in sorted(responses.items())
        if status.startswith("2")
        for media_type in response.get("content", {})
        if media_type != "text/event-stream"
    ]
    kinds = list(dict.fromkeys(sorted(offered, key=lambda one: (not JSON_LINES.match(one), one))))
    if len(kinds) > 1:
        return ", ".join([kinds[0], *(f"{kind};q=0.9" for kind in kinds[1:]), "*/*;q=0.1"])
    return kinds[0] if kinds else "*/*"


def tag_of(path: str) -> str:
    """The group of an operation without a tag: the first part of its path that is not a version."""
    for segment in path.split("/"):
        if segment and not re.fullmatch(r"v\d+|api|\{.*\}", segment):
            return re.sub(r"\W+", "_", segment)
    return "default"

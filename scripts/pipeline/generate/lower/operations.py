"""What the generator is told of an operation, and what the endpoint template reads of it beside that."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from attrs import frozen

from ...document.schemas import is_object
from ...document.tree import METHODS, Json, is_list, reference
from ..python_names import arguments_of
from .keywords import DECODER, ENDPOINT, LINE_DECODER
from .references import References, members_of
from .schemas import Schemas, union_of

__all__ = ["JSON_MEDIA", "Operations"]

JSON_MEDIA = re.compile(r"^application/(?:[\w.+-]+\+)?json\b")
JSON_LINES = re.compile(r"^application/(?:x-)?(?:jsonl|ndjson)\b")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
SAFE_METHODS = frozenset({"get", "head", "options", "put", "trace"})
TIMES = ("date-time", "date")


@frozen
class Operations:
    """Lowers the operations of one document, their bodies as requests and their successes as answers."""

    references: References
    requests: Schemas
    answers: Schemas

    def paths(self) -> Json:
        """All operations by path, in which the parameters are called as the arguments are."""
        made: dict[str, Json] = {}
        for path, item in cast("dict[str, Json]", self.references.document["paths"]).items():
            for method in METHODS:
                if method in item:
                    shown = _with_arguments(path, arguments_of(item[method]))
                    while method in made.get(shown, {}):
                        shown += "/"
                    made.setdefault(shown, {})[method] = self._operation(path, method, item[method])
        return made

    def _operation(self, path: str, method: str, operation: Json) -> Json:
        made: Json = {
            key: operation[key] for key in ("operationId", "summary", "description", "deprecated") if key in operation
        }
        made["tags"] = operation.get("tags") or [tag_of(path)]
        security = operation.get("security", self.references.document.get("security"))
        if security:
            made["security"] = security
        words = operation.get("x-parameters", {})
        parameters = arguments_of(operation)
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
        endpoint: Json = {
            "path": path,
            "parameters": {
                name: self._parameter(parameter, words.get(parameter["name"], {}))
                for name, parameter in parameters.items()
            },
            "members": self._body_members(operation),
            "repeat": operation.get("x-repeat") or ("safe" if method in SAFE_METHODS else "unsafe"),
            "secret": self._holds_secret(operation["responses"]),
            "accept": _accept(operation["responses"]),
        }
        made["responses"] = {"2XX": {**self._success(operation["responses"]), ENDPOINT: endpoint}}
        return made

    def _parameter(self, parameter: Json, words: Json) -> Json:
        """A parameter as `Parameter` of the runtime takes it, with its type in Python and what is said of it."""
        resolve = self.references.resolve
        schema = resolve(parameter.get("schema", {}))
        arrays = [one for one in map(resolve, members_of(schema)) if one.get("type") == "array"]
        schema = arrays[0] if arrays else schema
        several = schema.get("type") == "array" or "several" in words
        item = resolve(schema.get("items", {})) if schema.get("type") == "array" else schema
        item = {**item, **({"enum": words["enum"]} if "enum" in words else {})}
        kind = words.get("format") or item.get("format", "")
        made: Json = {} if parameter["in"] == "query" else {"place": parameter["in"]}
        if kind in TIMES:
            made["kind"] = kind
        if several and (words.get("several") == "joined" or parameter.get("explode") is False):
            made["joined"] = True
        made |= {"required": True} if parameter.get("required") else {}
        made |= {name: item[name] for name in ("minimum", "maximum") if isinstance(item.get(name), (int, float))}
        most = words.get("most", schema.get("maxItems"))
        made |= {"most": most} if isinstance(most, int) else {}
        annotation = "Moment" if kind in TIMES else _scalar(item)
        if several:
            annotation = f"{annotation} | Sequence[{annotation}]"
        description = words.get("description") or parameter.get("description", "")
        return {"name": parameter["name"], "spec": made, "annotation": annotation, "description": description}

    def _body_members(self, operation: Json) -> tuple[str, ...]:
        """The names of the members of a JSON body, in order."""
        schemas = self.references.schemas
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            name = reference(media.get("schema", {}))
            if JSON_MEDIA.match(media_type) and name is not None and is_object(schemas.get(name, {})):
                return tuple(schemas[name]["properties"])
        return ()

    def _holds_secret(self, responses: Json) -> bool:
        """Whether a success holds a text that is not to be shown."""
        content = [response.get("content", {}) for status, response in responses.items() if status.startswith("2")]
        return any(
            part.get("format") == "password"
            for name in self.references.reachable(content)
            for part in self.references.schemas[name].get("properties", {}).values()
        )

    def _body(self, content: Json) -> Iterator[tuple[str, Json]]:
        for media_type, media in content.items():
            if JSON_MEDIA.match(media_type) or media_type in FORMS:
                multipart = media_type == "multipart/form-data"
                yield media_type, {"schema": self.requests.lowered(media["schema"], binary=multipart)}
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
                return self._json_success(content, content[json_types[0]]["schema"])
            if any(media_type.startswith("text/") for media_type in content):
                return {"description": "", "content": {"text/plain": {"schema": {"type": "string"}}}}
            binary = {"schema": {"type": "string", "format": "binary"}}
            return {"description": "", "content": {"application/octet-stream": binary}}
        return {"description": ""}

    def _json_success(self, content: Json, schema: Json) -> Json:
        decoder = self.answers.decoders.decoder(schema)
        extra = {DECODER: decoder} if decoder else {}
        lowered = self.answers.lowered(schema)
        for media_type in content:
            if JSON_LINES.match(media_type):
                line = content[media_type]["schema"]
                extra[LINE_DECODER] = self.answers.decoders.decoder(line)
                lowered = union_of([lowered, {"type": "array", "items": self.answers.lowered(line)}])
        return {"description": "", "content": {"application/json": {"schema": lowered}}, **extra}


def _with_arguments(path: str, arguments: dict[str, Json]) -> str:
    """A path with its parameters called as their arguments are."""
    names = {str(one["name"]): argument for argument, one in arguments.items() if one["in"] == "path"}
    return re.sub(r"\{([^}]+)\}", lambda match: f"{{{names.get(match[1], match[1])}}}", path)


def tag_of(path: str) -> str:
    """The group of an operation without a tag: the first part of its path that is not a version."""
    for segment in path.split("/"):
        if segment and not re.fullmatch(r"v\d+|api|\{.*\}", segment):
            return re.sub(r"\W+", "_", segment)
    return "default"


def _scalar(schema: Json) -> str:
    """The Python type of one value of a parameter."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values and all(isinstance(value, str) for value in values):
        return f"Literal[{', '.join(repr(value) for value in sorted(values))}]"
    kind = schema.get("type")
    if is_list(kind):
        kind = next((one for one in cast("list[str]", kind) if one != "null"), None)
    return {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}.get(
        str(kind), "int" if values else "str | float"
    )


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

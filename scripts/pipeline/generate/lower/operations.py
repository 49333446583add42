"""What the generator is told of an operation, and what the endpoint template reads of it beside that."""

from __future__ import annotations

import re
from typing import cast

from attrs import frozen

from ...document.media import CONTENT, is_json
from ...document.schemas import is_object
from ...document.tree import METHODS, Json, is_list, reference
from ..prose import paragraph
from ..python_names import arguments_of
from .answers import Answers
from .bodies import Bodies
from .keywords import ENDPOINT
from .references import References, members_of

__all__ = ["Operations"]

SAFE_METHODS = frozenset({"get", "head", "options", "put", "trace"})
LONGEST_TAG = 100
TIMES = ("date-time", "date")
#: The style of each place, and what the overlay says of several values as `explode`.
STYLES = {"query": "form", "path": "simple", "header": "simple", "cookie": "form"}
SEVERAL = {"joined": False, "repeated": True}
#: A value with members.
OBJECT = "ObjectValue"


@frozen
class Operations:
    """Lowers the operations of one document, their bodies as requests and their successes as answers."""

    references: References
    bodies: Bodies
    answers: Answers

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
        made: Json = {key: operation[key] for key in ("operationId", "deprecated") if key in operation}
        # A tag becomes the name of a folder.
        made["tags"] = [tag[:LONGEST_TAG] for tag in operation.get("tags") or [tag_of(path)]]
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
        body: Json = operation.get("requestBody", {})
        bodies = self.bodies.of(body.get("content", {}))
        if bodies:
            content = {one.pop("shown"): {"schema": one.pop("schema")} for one in bodies}
            made["requestBody"] = {"required": body.get("required", False), "content": content}
        success = self.answers.success(operation["responses"])
        title = paragraph(f"`{method.upper()} {path}`")
        summary, description = (paragraph(str(operation.get(key, ""))) for key in ("summary", "description"))
        endpoint: Json = {
            "path": path,
            "title": title,
            "words": "\n\n".join(filter(None, [summary or title, description])),
            "parameters": {
                name: self._parameter(parameter, words.get(parameter["name"], {}))
                for name, parameter in parameters.items()
            },
            "members": self._body_members(operation),
            "bodies": bodies,
            "needs_body": bool(bodies) and body.get("required") is True,
            "repeat": operation.get("x-repeat") or ("safe" if method in SAFE_METHODS else "unsafe"),
            "secret": self._holds_secret(operation["responses"]),
            "accept": self.answers.accept(operation["responses"]),
        }
        endpoint |= {key: success.pop(key) for key in ("media", "others")}
        made["responses"] = {"2XX": {**success, ENDPOINT: endpoint}}
        return made

    def _parameter(self, parameter: Json, words: Json) -> Json:
        """A parameter as `Parameter` of the runtime takes it, with its type in Python and what is said of it."""
        resolve = self.references.resolve
        schema = resolve(parameter.get("schema", {}))
        arrays = [one for one in map(resolve, [schema, *members_of(schema)]) if "array" in _kinds(one)]
        listed = arrays[0] if arrays else schema
        several = bool(arrays) or "several" in words
        item = resolve(listed.get("items", {})) if arrays else listed
        item = {**item, **({"enum": words["enum"]} if "enum" in words else {})}
        kind = words.get("format") or item.get("format", "")
        made: Json = {} if parameter["in"] == "query" else {"place": parameter["in"]}
        if kind in TIMES:
            made["kind"] = kind
        made |= _written(parameter, words)
        if not several and {"string", "integer", "number", "boolean"}.issuperset(_kinds(item) or [""]):
            made.pop("explode", None)  # it has no effect
        made |= {"required": True} if parameter.get("required") else {}
        made |= {name: item[name] for name in ("minimum", "maximum") if isinstance(item.get(name), (int, float))}
        most = words.get("most", listed.get("maxItems"))
        made |= {"most": most} if isinstance(most, int) else {}
        annotation = "Moment" if kind in TIMES else self._value(item)
        if CONTENT in parameter and not item:
            annotation = "Any"
        if several:
            annotation = f"{annotation} | Sequence[{annotation}]"
        if arrays and any(self._is_object(one) for one in members_of(schema)):
            annotation = f"{annotation} | {OBJECT}"
        return {"name": parameter["name"], "spec": made, "annotation": annotation}

    def _value(self, schema: Json) -> str:
        """The Python type of one value of a parameter."""
        if "array" in _kinds(schema):
            return f"Sequence[{self._value(self.references.resolve(schema.get('items', {})))}]"
        members = [self.references.resolve(one) for one in members_of(schema)]
        if not any(self._is_object(one) for one in [schema, *members]):
            return _scalar(schema)
        others = [_scalar(one) for one in members if not self._is_object(one) and one.get("type") != "null"]
        return " | ".join(dict.fromkeys([*others, OBJECT]))

    def _is_object(self, schema: Json) -> bool:
        schema = self.references.resolve(schema)
        return is_object(schema) or "object" in _kinds(schema)

    def _body_members(self, operation: Json) -> tuple[str, ...]:
        """The names of the members of a JSON body, in order."""
        schemas = self.references.schemas
        for media_type, media in operation.get("requestBody", {}).get("content", {}).items():
            name = reference(media.get("schema", {}))
            if is_json(media_type) and name is not None and is_object(schemas.get(name, {})):
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


def _with_arguments(path: str, arguments: dict[str, Json]) -> str:
    """A path with its parameters called as their arguments are."""
    names = {str(one["name"]): argument for argument, one in arguments.items() if one["in"] == "path"}
    # The generator takes each of them once.
    return re.sub(r"\{([^}]+)\}", lambda match: f"{{{names.pop(match[1])}}}" if match[1] in names else "...", path)


def tag_of(path: str) -> str:
    """The group of an operation without a tag: the first part of its path that is not a version."""
    for segment in path.split("/"):
        if segment and not re.fullmatch(r"v\d+|api|\{.*\}", segment):
            return re.sub(r"\W+", "_", segment)
    return "default"


def _kinds(schema: Json) -> list[str]:
    """The types that a schema names."""
    kind = schema.get("type")
    return cast("list[str]", kind if is_list(kind) else [kind] if kind else [])


def _scalar(schema: Json) -> str:
    """The Python type of one value of a parameter."""
    values = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if values and all(isinstance(value, str) for value in values):
        return f"Literal[{', '.join(repr(value) for value in sorted(values))}]"
    kind = next((one for one in _kinds(schema) if one != "null"), None)
    return {"string": "str", "integer": "int", "number": "float", "boolean": "bool"}.get(
        str(kind), "int" if values else "str | float"
    )


def _written(parameter: Json, words: Json) -> Json:
    """How a parameter is written, where its place does not tell."""
    made: Json = {key: parameter[key] for key in ("style", "explode") if key in parameter}
    if words.get("several") in SEVERAL:
        made["explode"] = SEVERAL[words["several"]]
    style = made.get("style", STYLES[parameter["in"]])
    if style == STYLES[parameter["in"]]:
        made.pop("style", None)
    if made.get("explode") is (style == "form") or style == "deepObject":
        made.pop("explode", None)
    flags = {"reserved": "allowReserved", "empty": "allowEmptyValue"}
    made |= {name: True for name, key in flags.items() if parameter.get(key)}
    if CONTENT in parameter:
        made["media"] = "json" if is_json(parameter[CONTENT]) else "text"
    return made

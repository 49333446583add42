"""The resources of a client: what hangs at `client.account`, `client.keys` and so on, for both clients.

The methods are written from the request builders that the generator has made, so that an argument has one home: its
name, its type and its default are read from there.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import cast

from attrs import define, field, frozen

from ._document import METHODS, SCHEMAS, Json
from ._errors import PipelineError
from ._lower import JSON_MEDIA, tag_of
from ._merge import is_object
from ._pages import find_paging
from ._params import RequestTypes

HEADER = '"""{words}"""\n\nfrom __future__ import annotations\n'
_TYPES = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "object": "dict[str, Any]"}


@frozen
class _Argument:
    name: str
    annotation: str
    default: str = ""
    words: str = ""

    def __str__(self) -> str:
        return f"{self.name}: {self.annotation}" + (f" = {self.default}" if self.default else "")


@define
class _Method:
    """A method of a resource, from what is known of its operation."""

    name: str
    operation: str
    tag: str
    words: list[str]  # paragraphs
    places: list[_Argument]
    options: list[_Argument]
    body: list[_Argument]
    members: dict[str, str]  # of the body, by argument
    result: str  # its type
    unwrap: str = ""  # where the result stands in the answer
    paging: str = ""  # a call of Paging
    imports: set[str] = field(factory=set[str])  # from `params`

    @property
    def arguments(self) -> str:
        named = [*self.body, *self.options]
        named.sort(key=lambda argument: (bool(argument.default), argument.name))
        star = ["*"] if named else []
        return ", ".join(["self", *map(str, self.places), *star, *map(str, named), "**options: Unpack[RequestOptions]"])

    @property
    def call(self) -> str:
        given = [f"{argument.name}={argument.name}" for argument in (*self.places, *self.options)]
        if self.members:
            body = ", ".join(f"{wire!r}: {name}" for name, wire in self.members.items())
            given.append(f"body=given({{{body}}})")
        return f"{self.operation}.request({', '.join(given)})"

    def source(self, *, asynchronous: bool) -> str:
        told = sorted(f"{argument.name}: {argument.words}" for argument in self._told if argument.words)
        paragraphs = [_wrapped(text) for text in self.words]
        if told:
            paragraphs.append([line for text in told for line in _wrapped(text, indent="    ")])
        text = "\n\n        ".join("\n        ".join(lines) for lines in paragraphs)
        if self.paging:
            kind = "AsyncPages" if asynchronous else "Pages"
            return (
                f"    def {self.name}({self.arguments}) -> {kind}[{self.result}]:\n"
                f'        """{text}"""\n'
                f"        return self._client.pages({self.call}, {self.paging}, **options)\n"
            )
        define, sent = "def", f"self._client.send({self.call}, **options)"
        if asynchronous:
            define, sent = "async def", f"await {sent}"
        if self.unwrap:
            sent = f"({sent}).{self.unwrap}" if asynchronous else f"{sent}.{self.unwrap}"
        return (
            f"    {define} {self.name}({self.arguments}) -> {self.result}:\n"
            f'        """{text}"""\n        return {sent}\n'
        )

    @property
    def _told(self) -> list[_Argument]:
        return [*self.places, *self.body, *self.options]


def _wrapped(text: str, indent: str = "") -> list[str]:
    """Prose of the overlay as the lines of a docstring."""
    safe = text.replace("\\", "\\\\").replace('"', "'")
    return textwrap.wrap(safe, 100, subsequent_indent=indent)


def write_resources(openapi: Json, package: Path, types: RequestTypes) -> None:
    """Write `resources/` of a generated package, whose operations are there already."""
    folder = package / "resources"
    folder.mkdir()
    found: dict[str, list[_Method]] = {}
    for path, _, operation in _operations(openapi):
        place = str(operation.get("x-method", ""))
        if place:
            resource, _, name = place.partition(".")
            found.setdefault(resource, []).append(_method(openapi, package, types, path, operation, name))
    said: Json = openapi.get("x-resources", {})
    for resource, methods in found.items():
        methods.sort(key=lambda method: method.name)
        words = str(said.get(resource, "")) or f"What hangs at `client.{resource}`."
        (folder / f"{resource}.py").write_text(_resource(resource, words, methods), encoding="utf-8")
    (folder / "__init__.py").write_text(_door(sorted(found), said), encoding="utf-8")


def _operations(openapi: Json) -> Iterator[tuple[str, str, Json]]:
    for path, item in cast("dict[str, Json]", openapi["paths"]).items():
        for method in METHODS:
            if method in item:
                yield path, method, item[method]


def _method(openapi: Json, package: Path, types: RequestTypes, path: str, operation: Json, name: str) -> _Method:
    tag = str((operation.get("tags") or [tag_of(path)])[0])
    operation_id = str(operation["operationId"])
    module = package / "api" / _identifier(tag) / f"{operation_id}.py"
    tree = ast.parse(module.read_text(encoding="utf-8"))
    builder = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "request")
    words = _words_of(operation)
    places = [_argument(one, "", words) for one in builder.args.args]
    options = [
        _argument(one, "" if default is None else ast.unparse(default), words)
        for one, default in zip(builder.args.kwonlyargs, builder.args.kw_defaults, strict=True)
        if one.arg != "body"
    ]
    body, members, imports = _body(openapi, operation, types)
    result, schema = _answer(openapi, operation)
    said = [str(operation.get("summary", "")), str(operation.get("description", ""))]
    method = _Method(
        name=name,
        operation=operation_id,
        tag=_identifier(tag),
        words=[f"{text.rstrip('.')}." for text in said if text] or [f"`{operation_id}`."],
        places=places,
        options=options,
        body=body,
        members=members,
        result=result,
        imports=imports,
    )
    paging = find_paging(openapi, operation, schema)
    if paging is not None:
        method.paging = paging.source
        method.result = _type(openapi, paging.item)
        method.options = [_sized(argument, paging.size, paging.most) for argument in options]
    elif "x-result" in operation:
        method.unwrap = ".".join(map(_identifier, str(operation["x-result"]).split(".")))
        method.result = _type(openapi, _inner(openapi, schema, str(operation["x-result"]), operation_id))
    return method


def _sized(argument: _Argument, size: str, most: object) -> _Argument:
    """The argument that says how much a page holds asks for as much as it may, so that few pages are fetched."""
    if argument.name != size or not isinstance(most, int):
        return argument
    return _Argument(argument.name, argument.annotation.removesuffix(" | None"), str(most), argument.words)


def _argument(given: ast.arg, default: str, words: dict[str, str]) -> _Argument:
    assert given.annotation is not None, "a request builder is annotated"
    return _Argument(given.arg, ast.unparse(given.annotation), default, words.get(given.arg, ""))


def _words_of(operation: Json) -> dict[str, str]:
    """What the overlay says of each argument, by its name in Python."""
    said = cast("dict[str, Json]", operation.get("x-parameters", {}))
    words: dict[str, str] = {}
    for parameter in cast("list[Json]", operation.get("parameters", [])):
        own = said.get(parameter["name"], {})
        text = own.get("description") or parameter.get("description", "")
        words[_identifier(str(own.get("name", parameter["name"])))] = str(text)
    return words


def _body(openapi: Json, operation: Json, types: RequestTypes) -> tuple[list[_Argument], dict[str, str], set[str]]:
    """The members of a JSON body as arguments; an optional one that is not given is not sent."""
    content: Json = operation.get("requestBody", {}).get("content", {})
    for media_type, media in content.items():
        schema = _resolved(openapi, media.get("schema", {}))
        if not JSON_MEDIA.match(media_type) or not is_object(schema):
            continue
        arguments: list[_Argument] = []
        imports: set[str] = set()
        members: dict[str, str] = {}
        for wire, part in cast("dict[str, Json]", schema["properties"]).items():
            name = _identifier(wire)
            members[name] = wire
            required = wire in schema.get("required", [])
            kind = types.annotation(part)
            imports |= types.imports(kind)
            words = str(part.get("description", ""))
            arguments.append(
                _Argument(name, kind if required else f"{kind} | Unset", "" if required else "UNSET", words)
            )
        return arguments, members, imports
    return [], {}, set()


def _answer(openapi: Json, operation: Json) -> tuple[str, Json]:
    """The Python type of a success, and its schema."""
    for status, response in sorted(cast("dict[str, Json]", operation["responses"]).items()):
        for media_type, media in response.get("content", {}).items():
            if status.startswith("2") and JSON_MEDIA.match(media_type):
                schema: Json = media["schema"]
                return _type(openapi, schema), schema
    return "Any", {}


def _inner(openapi: Json, schema: Json, place: str, operation: str) -> Json:
    """The schema at a place of an answer, its steps joined with dots."""
    for name in place.split("."):
        properties = _resolved(openapi, schema).get("properties", {})
        if name not in properties:
            raise PipelineError(
                f"x-result of {operation} names {place!r}, which the answer lacks", hint="mend it in the overlay"
            )
        schema = properties[name]
    return schema


def _type(openapi: Json, schema: Json) -> str:
    """The Python type of a value of an answer."""
    name = _reference(schema)
    if name is not None and is_object(openapi["components"]["schemas"].get(name, {})):
        from ._lower_references import name_of_class  # noqa: PLC0415 (a second of import, needed here only)

        return name_of_class(name)
    schema = _resolved(openapi, schema)
    if schema.get("type") == "array":
        return f"builtins.list[{_type(openapi, schema.get('items', {}))}]"
    return _TYPES.get(str(schema.get("type")), "Any")


def _reference(schema: Json) -> str | None:
    found = schema.get("$ref")
    return found.removeprefix(SCHEMAS) if isinstance(found, str) else None


def _resolved(openapi: Json, schema: Json) -> Json:
    name = _reference(schema)
    return schema if name is None else cast("Json", openapi["components"]["schemas"].get(name, {}))


def _identifier(name: str) -> str:
    from openapi_python_client.strings import PythonIdentifier  # noqa: PLC0415 (a second of import, needed here only)

    plain = str(PythonIdentifier(name, "field_"))
    return name if plain == f"{name}_" and name not in ("from", "class", "global", "import") else plain


def _resource(resource: str, words: str, methods: list[_Method]) -> str:
    title = "".join(part.capitalize() for part in resource.split("_"))
    lines = [HEADER.format(words=words)]
    lines.append("import builtins\nimport datetime\nfrom collections.abc import Iterable, Mapping, Sequence\n")
    lines.append("from decimal import Decimal\nfrom typing import TYPE_CHECKING, Any, Literal, Unpack\n")
    lines += [f"from ..api.{method.tag} import {method.operation}\n" for method in methods]
    lines.append("from ..pages import Paging\nfrom ..types import UNSET, Unset, given\n")
    lines.append("if TYPE_CHECKING:\n")
    lines += _classes(methods)
    lines.append("    from ..operation import AsyncSender, Moment, RequestOptions, Sender\n")
    lines.append("    from ..pages import AsyncPages, Pages\n")
    for asynchronous in (False, True):
        prefix, protocol = ("Async", "AsyncSender") if asynchronous else ("", "Sender")
        lines.append(f'\n\nclass {prefix}{title}:\n    """{words}"""\n\n')
        lines.append(f"    def __init__(self, client: {protocol}) -> None:\n        self._client = client\n\n")
        lines.append("\n".join(method.source(asynchronous=asynchronous) for method in methods))
    lines.append(f"\n\n__all__ = ['Async{title}', '{title}']\n")
    return "".join(lines)


def _classes(methods: list[_Method]) -> list[str]:
    """The imports of the models that the methods give."""
    names = {name for method in methods for name in re.findall(r"\b[A-Z]\w*", method.result)} - {"Any"}
    sent = {name for method in methods for name in method.imports}
    lines = [f"    from ..models import {', '.join(sorted(names))}\n"] if names else []
    return lines + ([f"    from ..params import {', '.join(sorted(sent))}\n"] if sent else [])


def _door(resources: list[str], said: Json) -> str:
    lines = [HEADER.format(words="What hangs on a client: each resource loads when it is first used.")]
    if resources:
        lines.append("from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n")
        lines.append("    from ..operation import AsyncSender, Sender\n")
    titles = {name: "".join(part.capitalize() for part in name.split("_")) for name in resources}
    lines += [f"    from .{name} import Async{title}, {title}\n" for name, title in titles.items()]
    for asynchronous in (False, True):
        prefix, protocol = ("Async", "AsyncSender") if asynchronous else ("", "Sender")
        kind = "an asynchronous" if asynchronous else "a synchronous"
        lines.append(
            f'\n\nclass {prefix}Resources:\n    """The resources of {kind} client, which inherits from this."""\n'
        )
        lines.append("\n    __slots__ = ()\n")
        for name, title in titles.items():
            words = str(said.get(name, "")) or f"What hangs at `client.{name}`."
            lines.append(
                f"\n    @property\n    def {name}(self: {protocol}) -> {prefix}{title}:\n"
                f'        """{words}"""\n'
                f"        from .{name} import {prefix}{title}\n\n        return {prefix}{title}(self)\n"
            )
    lines.append('\n\n__all__ = ("AsyncResources", "Resources")\n')
    return "".join(lines)

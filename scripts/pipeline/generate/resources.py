"""The resources of a client: what hangs at `client.account`, `client.keys` and so on, for both clients.

The methods are written from the request builders that the generator has made, so that an argument has one home: its
name, its type and its default are read from there.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping, Set
from pathlib import Path
from typing import cast

from attrs import define, evolve, frozen

from ..document.errors import PipelineError
from ..document.media import is_json
from ..document.schemas import is_object
from ..document.tree import Json, is_list, operations, reference, resolved
from .lower.annotations import EXACT
from .pages import attributes_at, find_paging
from .params import RequestTypes
from .prose import docstring, entry, paragraph
from .python_names import argument_names, arguments_of, module_name, name_of_class

#: What a method uses of its module, and the arguments that every method takes.
TAKEN = ("self", "options", "given", "extra_headers", "extra_query", "timeout", "total_timeout", "max_retries")
#: What a module of resources uses beside the models.
USED = {
    *("Any", "AsyncPages", "AsyncSender", "Decimal", "File", "Iterable", "Literal", "Mapping", "Moment"),
    *("ObjectValue", "Pages", "Paging", "RequestOptions", "Secret", "Sender", "Sequence", "TYPE_CHECKING"),
    *("UNSET", "Unpack", "Unset"),
}
#: A resource may have a method of that name.
BUILTINS = {"list": "builtins"}
HEADER = "{words}\n\nfrom __future__ import annotations\n"
_TYPES = {
    "string": "str",
    "integer": "int",
    "number": "float",
    "boolean": "bool",
    "null": "None",
    "object": "dict[str, Any]",
}


@frozen
class _Argument:
    """An argument of a method. `builder` is what the builder of its request calls it."""

    name: str
    annotation: str
    default: str = ""
    words: str = ""
    builder: str = ""

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
    params: set[str]  # the types of those
    result: str  # its type
    unwrap: str = ""  # where the result stands in the answer
    paging: str = ""  # a call of Paging

    @property
    def arguments(self) -> str:
        named = [*self.body, *self.options]
        named.sort(key=lambda argument: (bool(argument.default), argument.name))
        star = ["*"] if named else []
        return ", ".join(["self", *map(str, self.places), *star, *map(str, named), "**options: Unpack[RequestOptions]"])

    @property
    def call(self) -> str:
        given = [f"{argument.builder}={argument.name}" for argument in (*self.places, *self.options)]
        if self.members:
            body = ", ".join(f"{wire!r}: {name}" for name, wire in self.members.items())
            given.append(f"body=given({{{body}}})")
        return f"{self.operation}.request({', '.join(given)})"

    @property
    def told(self) -> list[_Argument]:
        return [*self.places, *self.body, *self.options]

    @property
    def models(self) -> set[str]:
        """The names in the annotations of all but the members of the body."""
        annotations = [self.result, *(argument.annotation for argument in (*self.places, *self.options))]
        return {name for annotation in annotations for name in _named(annotation)}

    def qualified(self, models: Set[str], params: Set[str]) -> _Method:
        """The same, with these models and these types of requests named with their package."""

        def renamed(arguments: list[_Argument], homes: dict[str, str]) -> list[_Argument]:
            return [evolve(one, annotation=_qualified(one.annotation, homes)) for one in arguments]

        from_models = dict.fromkeys(models, "models")
        return evolve(
            self,
            places=renamed(self.places, from_models),
            options=renamed(self.options, from_models),
            body=renamed(self.body, dict.fromkeys(params, "params")),
            result=_qualified(self.result, from_models),
        )

    def source(self, *, asynchronous: bool) -> str:
        told = sorted(entry(argument.name, argument.words) for argument in self.told if argument.words)
        text = docstring([*map(paragraph, self.words), "\n".join(told)], indent=" " * 8)
        if self.paging:
            kind = "AsyncPages" if asynchronous else "Pages"
            return (
                f"    def {self.name}({self.arguments}) -> {kind}[{self.result}]:\n"
                f"        {text}\n"
                f"        return self._client.pages({self.call}, {self.paging}, **options)\n"
            )
        define, sent = "def", f"self._client.send({self.call}, **options)"
        if asynchronous:
            define, sent = "async def", f"await {sent}"
        if self.unwrap:
            sent = f"({sent}).{self.unwrap}" if asynchronous else f"{sent}.{self.unwrap}"
        return f"    {define} {self.name}({self.arguments}) -> {self.result}:\n        {text}\n        return {sent}\n"


def write_resources(openapi: Json, package: Path, types: RequestTypes) -> None:
    """Write `resources/` of a generated package, whose operations are there already."""
    folder = package / "resources"
    folder.mkdir()
    found: dict[str, list[_Method]] = {}
    for operation in operations(openapi):
        place = str(operation.get("x-method", ""))
        if place:
            resource, _, name = place.partition(".")
            found.setdefault(resource, []).append(_method(openapi, package, types, operation, name))
    said: Json = openapi.get("x-resources", {})
    models = _models_of(package)
    for resource, methods in found.items():
        methods.sort(key=lambda method: method.name)
        text = _resource(resource, _words_of_resource(said, resource), methods, models)
        (folder / f"{resource}.py").write_text(text, encoding="utf-8")
    (folder / "__init__.py").write_text(_door(sorted(found), said), encoding="utf-8")


def _words_of_resource(said: Json, resource: str) -> str:
    return paragraph(str(said.get(resource, "")) or f"What hangs at `client.{resource}`.")


def _method(openapi: Json, package: Path, types: RequestTypes, operation: Json, name: str) -> _Method:
    operation_id = str(operation["operationId"])
    (module,) = (package / "api").rglob(f"{module_name(operation_id)}.py")
    tree = ast.parse(module.read_text(encoding="utf-8"))
    builder = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "request")
    words = _words_of(operation)
    reserved = {*TAKEN, module.stem}
    taken = set(reserved)
    sent = _sent_object(openapi, operation)
    members: Json = sent.get("properties", {})
    places = [_argument(one, "", words, taken) for one in builder.args.args]
    options = [
        _argument(one, "" if default is None else ast.unparse(default), words, taken)
        for one, default in zip(builder.args.kwonlyargs, builder.args.kw_defaults, strict=True)
        if not (one.arg == "body" and sent)
    ]
    required, names, others = sent.get("required", []), argument_names(members), taken - reserved
    body = {
        wire: _member(types, _apart(names[wire], others, taken), part, required=wire in required)
        for wire, part in members.items()
    }
    schema = _answer(openapi, operation)
    said = [str(operation.get("summary", "")), str(operation.get("description", ""))]
    method = _Method(
        name=name,
        operation=module.stem,
        tag=module.parent.name,
        words=[f"{text.rstrip('.')}." for text in said if text.strip()] or [f"`{operation_id}`."],
        places=places,
        options=options,
        body=list(body.values()),
        members={argument.name: wire for wire, argument in body.items()},
        params={name for argument in body.values() for name in types.imports(argument.annotation)},
        result=_returned(builder),
    )
    paging = find_paging(openapi, operation, schema)
    if paging is not None:
        method.paging = paging.source
        method.result = _type(openapi, paging.item)
        method.options = [_sized(argument, paging.size, paging.most) for argument in options]
    elif "x-result" in operation:
        method.result = _inner(openapi, schema, str(operation["x-result"]), operation_id)
        method.unwrap = attributes_at(openapi, schema, str(operation["x-result"]))
    return method


def _sized(argument: _Argument, size: str, most: object) -> _Argument:
    """The argument that says how much a page holds asks for as much as it may, so that few pages are fetched."""
    if argument.builder != size or not isinstance(most, int):
        return argument
    return evolve(argument, annotation=argument.annotation.removesuffix(" | None"), default=str(most))


def _argument(given: ast.arg, default: str, words: dict[str, str], taken: set[str]) -> _Argument:
    assert given.annotation is not None, "a request builder is annotated"
    annotation = _qualified(given.annotation, BUILTINS)
    return _Argument(_free(given.arg, taken), annotation, default, words.get(given.arg, ""), given.arg)


def _member(types: RequestTypes, name: str, schema: Json, *, required: bool) -> _Argument:
    """A member of a JSON body as an argument; an optional one that is not given is not sent."""
    kind, words = types.annotation(schema), str(schema.get("description", ""))
    return _Argument(name, kind, "", words) if required else _Argument(name, f"{kind} | Unset", "UNSET", words)


def _apart(name: str, others: set[str], taken: set[str]) -> str:
    """The argument of a member of a body, beside those of the other parameters."""
    return _free(f"{name}_body" if name in others else name, taken)


def _free(name: str, taken: set[str]) -> str:
    """A name that nothing else in a method has."""
    while name in taken:
        name += "_"
    taken.add(name)
    return name


class _Qualified(ast.NodeTransformer):
    """Names of an annotation with the module that they are read from, by name."""

    def __init__(self, homes: Mapping[str, str]) -> None:
        self._homes = homes

    def visit_Name(self, node: ast.Name) -> ast.expr:
        home = self._homes.get(node.id)
        return ast.Attribute(ast.Name(home), node.id) if home else node


def _qualified(annotation: ast.expr | str, homes: Mapping[str, str]) -> str:
    tree = ast.parse(annotation, mode="eval").body if isinstance(annotation, str) else annotation
    return ast.unparse(_Qualified(homes).visit(tree))


def _named(annotation: str) -> set[str]:
    """The names in an annotation."""
    return {node.id for node in ast.walk(ast.parse(annotation, mode="eval")) if isinstance(node, ast.Name)}


def _returned(builder: ast.FunctionDef) -> str:
    """The T of the `Operation[T]` that a builder returns."""
    assert isinstance(builder.returns, ast.Subscript), "a request builder is annotated"
    return _qualified(builder.returns.slice, BUILTINS)


def _words_of(operation: Json) -> dict[str, str]:
    """What the overlay says of each argument, by its name in Python."""
    said = cast("dict[str, Json]", operation.get("x-parameters", {}))
    return {
        argument: str(said.get(parameter["name"], {}).get("description") or parameter.get("description", ""))
        for argument, parameter in arguments_of(operation).items()
    }


def _sent_object(openapi: Json, operation: Json) -> Json:
    """The schema of a body whose members are arguments; any other body is one argument, and empty here."""
    content: Json = operation.get("requestBody", {}).get("content", {})
    if len(content) != 1 or not is_json(next(iter(content))):
        return {}
    schema = resolved(openapi, next(iter(content.values())).get("schema", {}))
    return schema if is_object(schema) else {}


def _answer(openapi: Json, operation: Json) -> Json:
    """The schema of a success; empty where it is no JSON."""
    for status, response in sorted(cast("dict[str, Json]", operation["responses"]).items()):
        for media_type, media in response.get("content", {}).items():
            if status.startswith("2") and is_json(media_type):
                return cast("Json", media["schema"])
    return {}


def _inner(openapi: Json, schema: Json, place: str, operation: str) -> str:
    """The Python type of what stands at a place of an answer, its steps joined with dots."""
    optional = False
    for name in place.split("."):
        holder = resolved(openapi, schema)
        if name not in holder.get("properties", {}):
            raise PipelineError(
                f"x-result of {operation} names {place!r}, which the answer lacks", hint="mend it in the overlay"
            )
        optional = name not in holder.get("required", [])
        schema = holder["properties"][name]
    kind = _type(openapi, schema)
    return f"{kind} | None" if optional and kind != "Any" and not kind.endswith("None") else kind


def _type(openapi: Json, schema: Json) -> str:
    """The Python type of a value of an answer."""
    name = reference(schema)
    if name is not None and is_object(openapi["components"]["schemas"].get(name, {})):
        return name_of_class(name)
    schema = resolved(openapi, schema)
    members = [*schema.get("anyOf", []), *schema.get("oneOf", [])]
    kind = schema.get("type")
    if is_list(kind):
        members = [{**schema, "type": one} for one in cast("list[str]", kind)]
    if members:
        kinds = sorted({_type(openapi, member) for member in members}, key=lambda one: (one == "None", one))
        return "Any" if "Any" in kinds else " | ".join(kinds)
    if kind == "array":
        return f"builtins.list[{_type(openapi, schema.get('items', {}))}]"
    form = (str(kind), str(schema.get("format")))
    if form == ("string", "date-time"):
        return "datetime.datetime"
    return EXACT[form][0] if form in EXACT else _TYPES.get(str(kind), "Any")


def _models_of(package: Path) -> set[str]:
    """The models of a generated package: the last statement lists their names."""
    tree = ast.parse((package / "models" / "__init__.py").read_text(encoding="utf-8"))
    listed = tree.body[-1]
    assert isinstance(listed, ast.Assign), "the models end with __all__"
    return set(ast.literal_eval(listed.value))


def _resource(resource: str, words: str, methods: list[_Method], models: set[str]) -> str:
    title = "".join(part.capitalize() for part in resource.split("_"))
    used = USED | {title, f"Async{title}"}
    named = set[str]().union(*(method.models for method in methods)) & models
    params = set[str]().union(*(method.params for method in methods))
    methods = [method.qualified(named & (used | params), params & used) for method in methods]
    imported, params = sorted(named - used - params), params - used
    lines = [HEADER.format(words=docstring([words]))]
    lines.append("import builtins\nimport datetime\nfrom collections.abc import Iterable, Mapping, Sequence\n")
    lines.append("from decimal import Decimal\nfrom typing import TYPE_CHECKING, Any, Literal, Unpack\n")
    lines += [f"from ..api.{method.tag} import {method.operation}\n" for method in methods]
    lines.append("from ..hiding import hiding_options\nfrom ..pages import Paging\n")
    lines.append("from ..types import UNSET, File, Secret, Unset, given\n")
    lines.append("if TYPE_CHECKING:\n    from .. import models, params\n")
    lines += [f"    from ..models import {', '.join(imported)}\n"] if imported else []
    lines += [f"    from ..params import {', '.join(sorted(params))}\n"] if params else []
    lines.append("    from ..operation import AsyncSender, Moment, ObjectValue, RequestOptions, Sender\n")
    lines.append("    from ..pages import AsyncPages, Pages\n")
    for asynchronous in (False, True):
        prefix, protocol = ("Async", "AsyncSender") if asynchronous else ("", "Sender")
        lines.append(f"\n\n@hiding_options\nclass {prefix}{title}:\n    {docstring([words], indent=' ' * 4)}\n\n")
        lines.append(f"    def __init__(self, client: {protocol}) -> None:\n        self._client = client\n\n")
        lines.append("\n".join(method.source(asynchronous=asynchronous) for method in methods))
    lines.append(f"\n\n__all__ = ['Async{title}', '{title}']\n")
    return "".join(lines)


def _door(resources: list[str], said: Json) -> str:
    lines = [HEADER.format(words=docstring(["What hangs on a client: each resource loads when it is first used."]))]
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
            words = docstring([_words_of_resource(said, name)], indent=" " * 8)
            lines.append(
                f"\n    @property\n    def {name}(self: {protocol}) -> {prefix}{title}:\n"
                f"        {words}\n"
                f"        from .{name} import {prefix}{title}\n\n        return {prefix}{title}(self)\n"
            )
    lines.append('\n\n__all__ = ("AsyncResources", "Resources")\n')
    return "".join(lines)

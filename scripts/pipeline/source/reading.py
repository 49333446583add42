"""Reading and writing documents: bytes to plain data with limits, and plain data to stable YAML.

YAML 1.2 through ruamel.yaml, JSON through the standard library; which of the two is told by the content, not
by a file name or a content type.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeGuard, cast
from urllib.parse import unquote

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..document.errors import PipelineError, pointer

#: Enough for any document of the gateway (the largest known has 3 MB and about 200,000 nodes), small enough
#: that a document of nested aliases is refused long before it fills the memory.
MAX_BYTES = 32 * 1024 * 1024
MAX_NODES = 3_000_000
MAX_DEPTH = 200

Json = dict[str, Any]
SCHEMAS = "#/components/schemas/"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def is_mapping(value: object) -> TypeGuard[Json]:
    """Whether a value is a JSON object."""
    return isinstance(value, dict)


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether a value is a JSON array."""
    return isinstance(value, list)


def read_document(path: Path) -> Json:
    """The document in the file ``path``, checked as by `parse_document`."""
    return parse_document(read_bytes(path), source=str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; a missing file is a `PipelineError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", source=str(path), hint="check the path") from error


def again(source: str) -> str:
    """What to do about a document that is not whole: a file is looked at, an address is asked again."""
    if "://" in source:
        return "fetch it again later, or give a stored copy with --input FILE"
    return "look at the file: it may be cut off, or not the one you meant"


def parse_document(raw: bytes, *, source: str) -> Json:
    """An OpenAPI document from its bytes: YAML or JSON, within the limits, with paths and operations."""
    text = _decode(raw, source)
    document = _parse(text, source)
    _check_openapi(document, source)
    if not _is_json(text):
        _check_whole(document, text, source)
    return document


def parse_mapping(raw: bytes, *, source: str) -> Json:
    """A mapping from YAML or JSON bytes, within the limits on bytes, nodes and depth."""
    return _parse(_decode(raw, source), source)


def _parse(text: str, source: str) -> Json:
    data = _parse_json(text, source) if _is_json(text) else _parse_yaml(text, source)
    if not is_mapping(data):
        raise PipelineError(
            f"holds a {type(data).__name__} where a mapping is needed",
            source=source,
            hint="check that this is the file you meant",
        )
    _measure(data, source)
    return cast(Json, _fresh(data))


def _is_json(text: str) -> bool:
    return text.startswith(("{", "["))


def dump_yaml(data: object, *, header: str = "") -> str:
    """``data`` as block-style YAML with a stable layout; ``header`` becomes the leading comment."""
    yaml: Any = YAML(typ="safe", pure=True)
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.sort_base_mapping_type_on_output = False
    yaml.representer.ignore_aliases = _no_aliases
    stream = io.StringIO()
    yaml.dump(data, stream)
    comment = "".join(f"# {line}".rstrip() + "\n" for line in header.splitlines())
    return comment + stream.getvalue()


def _no_aliases(_value: object) -> bool:
    """Every value is written out where it stands: a shared one would make the text depend on identity."""
    return True


def _decode(raw: bytes, source: str) -> str:
    if len(raw) > MAX_BYTES:
        raise PipelineError(
            f"has {len(raw):,} bytes; the limit is {MAX_BYTES:,}",
            source=source,
            hint="check the address: no document of the gateway is nearly as large",
        )
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PipelineError(
            f"is not UTF-8 text (byte {error.start})",
            source=source,
            hint="check that it is the document itself",
        ) from error
    text = text.strip("\ufeff")
    if not text.strip():
        raise PipelineError("is empty", source=source, hint=again(source))
    stripped = text.lstrip()
    if stripped.startswith("<"):
        raise PipelineError(
            "is HTML or XML, not an OpenAPI document (a login or error page?)",
            source=source,
            hint="open the address in a browser, or give a stored copy with --input FILE",
        )
    return stripped


def _parse_json(text: str, source: str) -> object:
    def members(pairs: list[tuple[str, Any]]) -> Json:
        made = dict(pairs)
        if len(made) < len(pairs):
            keys = [key for key, _ in pairs]
            repeated = next(key for key in keys if keys.count(key) > 1)
            raise PipelineError(
                f"is not valid JSON: an object has the key {repeated!r} twice",
                source=source,
                hint="which of the two counts is not known: correct a copy and give it with --input FILE",
            )
        return made

    try:
        return json.loads(text, object_pairs_hook=members)
    except json.JSONDecodeError as error:
        raise PipelineError(
            f"is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno} (cut off?)",
            source=source,
            hint=again(source),
        ) from error
    except RecursionError as error:
        raise _too_deep(source) from error


def _parse_yaml(text: str, source: str) -> object:
    yaml: Any = YAML(typ="safe")
    try:
        return yaml.load(text)
    except MarkedYAMLError as error:
        fault: Any = error
        mark = fault.problem_mark or fault.context_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise PipelineError(
            f"is not valid YAML: {fault.problem or fault.context}{where} (cut off?)",
            source=source,
            hint=again(source),
        ) from error
    except (YAMLError, ValueError) as error:
        raise PipelineError(f"is not valid YAML: {error}", source=source, hint=again(source)) from error
    except RecursionError as error:
        raise _too_deep(source) from error


def _measure(data: object, source: str) -> None:
    """Refuse what is too deep or, counting an alias each time it is used, too large."""
    stack: list[tuple[object, int]] = [(data, 0)]
    nodes = 0
    while stack:
        node, depth = stack.pop()
        nodes += 1
        if depth > MAX_DEPTH:
            raise _too_deep(source)
        if nodes > MAX_NODES:
            raise PipelineError(
                f"unfolds to more than {MAX_NODES:,} nodes",
                source=source,
                hint="look for nested YAML aliases; such a document is not used",
            )
        if is_mapping(node):
            stack.extend((value, depth + 1) for value in cast(dict[object, object], node).values())
        elif is_list(node):
            stack.extend((value, depth + 1) for value in cast(list[object], node))


def _fresh(node: Any) -> Any:
    """A tree of its own with text keys only: YAML reads a response's ``200`` as a number, and shares aliases."""
    if is_mapping(node):
        return {_key(key): _fresh(value) for key, value in cast(dict[object, Any], node).items()}
    if is_list(node):
        return [_fresh(value) for value in node]
    if node is None or isinstance(node, (str, int, float, bool)):
        return node
    return str(node)  # a YAML timestamp


def _key(key: object) -> str:
    if isinstance(key, bool):
        return "true" if key else "false"
    return str(key)


def _too_deep(source: str) -> PipelineError:
    return PipelineError(f"is nested deeper than {MAX_DEPTH} levels", source=source, hint="such a document is not used")


def _check_openapi(document: Json, source: str) -> None:
    # A single operation is sometimes published without its head; `_repair` adds one.
    headless = "openapi" not in document and "swagger" not in document and bool(document.get("paths"))
    version = str(document.get("openapi", ""))
    if not headless and not version.startswith(("3.0", "3.1", "3.2")):
        raise PipelineError(
            f"is not an OpenAPI 3 document (openapi: {version or 'missing'})",
            source=source,
            pointer=pointer("openapi"),
            hint="check the address; Swagger 2 is not read",
        )
    paths = document.get("paths")
    if not is_mapping(paths) or not paths:
        raise PipelineError(
            "has no paths (cut off?)",
            source=source,
            pointer=pointer("paths"),
            hint=again(source),
        )


def _check_whole(document: Json, text: str, source: str) -> None:
    """Refuse a YAML document that was cut at a line: valid YAML whose last part is missing.

    The last path of a whole document has an operation, this one has responses, and no document ends with a key or a
    dash that nothing follows. The ways to authenticate that its operations name and that are missing stood
    after the cut. Whatever writes YAML ends the last line.
    """
    if list(document)[-1] == "paths":
        path, item = list(cast(Json, document["paths"]).items())[-1]
        methods = [key for key in item if key in METHODS] if is_mapping(item) else []
        if not methods and path.startswith("/") and not (is_mapping(item) and "$ref" in item):
            raise _cut(source, pointer("paths", path))
        for method in methods[-1:]:
            operation = item[method]
            if not is_mapping(operation) or not operation.get("responses"):
                raise _cut(source, pointer("paths", path, method))
    lost = _named_schemes(document) - set(_schemes(document))
    if lost and list(document)[-1] in ("paths", "components"):
        raise _cut(source, pointer("components", "securitySchemes", min(lost)))
    steps, leaf = _last_leaf(document, ())
    if leaf is None and text.rstrip().endswith((":", "-")):
        raise _cut(source, pointer(*steps))
    if list(document)[-1] == "paths" and not text.endswith("\n"):
        raise _cut(source, pointer(*steps))


def _named_schemes(document: Json) -> set[str]:
    """The ways to authenticate that the operations name."""
    items = [item for item in cast(Json, document["paths"]).values() if is_mapping(item)]
    operations = [item[method] for item in items for method in METHODS if is_mapping(item.get(method))]
    listed = [one["security"] for one in (document, *operations) if is_list(one.get("security"))]
    return {name for each in listed for requirement in each if is_mapping(requirement) for name in requirement}


def _schemes(document: Json) -> Json:
    components = document.get("components")
    schemes = components.get("securitySchemes") if is_mapping(components) else None
    return schemes if is_mapping(schemes) else {}


def _last_leaf(node: Any, steps: tuple[str | int, ...]) -> tuple[tuple[str | int, ...], Any]:
    """The value that a document ends with, and where it stands."""
    if is_mapping(node) and node:
        key = list(node)[-1]
        return _last_leaf(node[key], (*steps, key))
    if is_list(node) and node:
        return _last_leaf(node[-1], (*steps, len(node) - 1))
    return steps, node


def _cut(source: str, where: str) -> PipelineError:
    return PipelineError(
        "ends in the middle of an operation: the document seems to be cut off",
        source=source,
        pointer=where,
        hint=again(source),
    )


def lookup(document: Json, ref: str) -> Json | None:
    """The mapping that a local reference names, or None."""
    node: Any = document
    for part in ref.removeprefix("#/").split("/"):
        step = unquote(part).replace("~1", "/").replace("~0", "~")
        if is_mapping(node) and step in node:
            node = node[step]
        elif is_list(node) and step.isdigit() and int(step) < len(node):
            node = node[int(step)]
        else:
            return None
    return node if is_mapping(node) else None


def operations(document: Json) -> Iterator[Json]:
    """The operations of a built document, in its order."""
    for item in cast("dict[str, Json]", document["paths"]).values():
        yield from (item[method] for method in METHODS if method in item)


def reference(schema: Json) -> str | None:
    """The component that a schema refers to, None for a schema of its own."""
    found = schema.get("$ref")
    return found.removeprefix(SCHEMAS) if isinstance(found, str) else None


def resolved(document: Json, schema: Json) -> Json:
    """What a schema stands for; an empty one for a component that is not there."""
    name = reference(schema)
    return schema if name is None else cast("Json", document["components"]["schemas"].get(name, {}))


def references(node: Any) -> Iterator[str]:
    """The components that a part of a document refers to, directly."""
    if is_list(node):
        for value in node:
            yield from references(value)
    elif is_mapping(node):
        mapping = node
        if isinstance(mapping.get("$ref"), str):
            yield mapping["$ref"].removeprefix(SCHEMAS)
        for value in mapping.values():
            yield from references(value)

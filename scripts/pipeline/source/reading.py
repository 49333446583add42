"""Reading and writing documents: bytes to plain data with limits, and plain data to stable YAML.

YAML 1.2 through ruamel.yaml, JSON through the standard library; which of the two is told by the content, not
by a file name or a content type.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any, cast

from ruamel.yaml import YAML
from ruamel.yaml.constructor import ConstructorError, SafeConstructor
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from ..document.errors import PipelineError, pointer
from ..document.tree import Json, is_list, is_mapping
from .completeness import again, check_complete

#: Enough for any document of the gateway (the largest known has 3 MB and about 200,000 nodes), small enough
#: that a document of nested aliases is refused long before it fills the memory.
MAX_BYTES = 32 * 1024 * 1024
MAX_NODES = 3_000_000
MAX_DEPTH = 200
#: Longer numbers are more than a float can hold.
MAX_DIGITS = 300
#: Half of a surrogate pair has no form in UTF-8: it is read as the sign for what could not be read.
HALVES = re.compile("[\ud800-\udfff]")


def read_document(path: Path) -> Json:
    """The document in the file ``path``, checked as by `parse_document`."""
    return parse_document(read_bytes(path), source=str(path))


def read_bytes(path: Path) -> bytes:
    """The bytes of a file; a missing file is a `PipelineError`."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", source=str(path), hint="check the path") from error


def parse_document(raw: bytes, *, source: str) -> Json:
    """An OpenAPI document from its bytes: YAML or JSON, within the limits, with paths and operations."""
    text = _decode(raw, source)
    document = _parse(text, source)
    _check_openapi(document, source)
    if not _is_json(text):
        check_complete(document, text, source)
    return document


def parse_mapping(raw: bytes, *, source: str) -> Json:
    """A mapping from YAML or JSON bytes, within the limits on bytes, nodes and depth."""
    return _parse(_decode(raw, source), source)


def item_lines(raw: bytes, name: str) -> list[int]:
    """The line on which each item of the list ``name`` begins, counted from 1; ``raw`` was read as a mapping before."""
    yaml: Any = YAML(typ="safe")
    root = yaml.compose(raw.decode("utf-8-sig"))
    return [item.start_mark.line + 1 for key, node in root.value if key.value == name for item in node.value]


def _parse(text: str, source: str) -> Json:
    data = _parse_json(text, source) if _is_json(text) else _parse_yaml(text, source)
    if not is_mapping(data):
        raise PipelineError(
            f"holds a {type(data).__name__} where a mapping is needed",
            source=source,
            hint="check that this is the file you meant",
        )
    _measure(data, source)
    return cast(Json, plain_data(data, source))


def _is_json(text: str) -> bool:
    return text.startswith(("{", "["))


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
        return json.loads(text, object_pairs_hook=members, parse_int=_integer, parse_float=_float, parse_constant=str)
    except json.JSONDecodeError as error:
        raise PipelineError(
            f"is not valid JSON: {error.msg} at line {error.lineno}, column {error.colno} (cut off?)",
            source=source,
            hint=again(source),
        ) from error
    except RecursionError as error:
        raise _too_deep(source) from error


def _integer(text: str) -> int | str:
    """An integer, or the text of one that is larger than any limit or count."""
    return int(text) if len(text) <= MAX_DIGITS else text


def _float(text: str) -> float | str:
    """A number, or the text of one that JSON has no form for."""
    number = float(text)
    return number if math.isfinite(number) else text


def _plain(constructor: Any, node: Any) -> Any:
    """A value of YAML as JSON has it: what looks like a date, and a number that JSON cannot hold, is the text it is."""
    kind = node.tag.rpartition(":")[2]
    if kind == "timestamp" or (kind == "int" and len(node.value) > MAX_DIGITS):
        return str(node.value)
    try:
        value = getattr(constructor, f"construct_yaml_{kind}")(node)
    except (ValueError, KeyError) as error:
        raise ConstructorError(None, None, f"{node.value[:40]!r} is no {kind}", node.start_mark) from error
    return value if math.isfinite(value) else str(node.value)


PLAIN: Any = type("PlainConstructor", (SafeConstructor,), {})
for _kind in ("bool", "float", "int", "timestamp"):
    PLAIN.add_constructor(f"tag:yaml.org,2002:{_kind}", _plain)


def _parse_yaml(text: str, source: str) -> object:
    yaml: Any = YAML(typ="safe")
    yaml.Constructor = PLAIN
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


def plain_data(node: Any, source: str, steps: tuple[str | int, ...] = ()) -> Any:
    """A tree of its own with text keys only: YAML reads a response's ``200`` as a number, and shares aliases."""
    if is_mapping(node):
        made: Json = {}
        for given, value in cast(dict[object, Any], node).items():
            key = _key(plain_data(given, source, steps))
            if key in made:
                raise PipelineError(
                    f"has the key {key!r} twice",
                    source=source,
                    pointer=pointer(*steps),
                    hint="which of the two counts is not known: correct a copy and give it with --input FILE",
                )
            made[key] = plain_data(value, source, (*steps, key))
        return made
    if is_list(node):
        return [plain_data(value, source, (*steps, index)) for index, value in enumerate(node)]
    if isinstance(node, str):
        return HALVES.sub("\ufffd", node)
    if node is None or isinstance(node, (int, float, bool)):
        return node
    raise PipelineError(
        f"holds a {type(node).__name__}, which JSON has not", source=source, pointer=pointer(*steps), hint=again(source)
    )


def _key(key: object) -> str:
    return key if isinstance(key, str) else json.dumps(key)


def _too_deep(source: str) -> PipelineError:
    return PipelineError(f"is nested deeper than {MAX_DEPTH} levels", source=source, hint="such a document is not used")


def _check_openapi(document: Json, source: str) -> None:
    # A single operation is sometimes published without its head; `normalize.repair` adds one.
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

"""Select: the operations of a document that are kept, each with a name, normalized and ready to be hoisted."""

from __future__ import annotations

import re
from typing import Any, cast

from attrs import define, field

from ..document.errors import PipelineError, pointer
from ..document.hashes import sha256
from ..document.identifiers import spelled
from ..document.tree import Json, is_list, is_mapping
from ..source.sources import Sources
from .merge import ModelLimits, merge_request
from .normalizer import Normalizer
from .repair import operations_of
from .repair_log import Repairs
from .unsupported import name_security, name_unsupported
from .wire import body_form, parameter_form

#: The key of upstream.yaml for the operations of the document that sources.toml does not keep.
NOT_KEPT = "x-not-kept"


#: The name of an operation is that of a file, and begins those of its shapes.
LONGEST = 100


@define
class Operation:
    """One operation in normal form; schemas are inline."""

    name: str
    method: str
    path: str
    parameters: list[Json] = field(factory=list[Json])
    body: dict[str, Json] = field(factory=dict[str, Json])
    encodings: dict[str, Json] = field(factory=dict[str, Json])
    body_required: bool = False
    responses: dict[str, dict[str, Json]] = field(factory=dict[str, dict[str, Json]])
    limits: list[ModelLimits] = field(factory=list[ModelLimits])
    deprecated: bool = False
    security: list[Json] | None = None

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"


def select(
    document: Json, sources: Sources, log: Repairs, *, keep_all: bool, source: str, exact: bool = False
) -> tuple[list[Operation], Normalizer]:
    """The kept operations in order of path and method, and the normalizer that knows recursive components.

    In the ``exact`` form, requests and variants that differ by model stay apart, as upstream has them. Raises
    `PipelineError` when the document holds none of the operations.
    """
    found = {
        f"{method.upper()} {path}": (method, path, cast(Json, item), operation)
        for path, item in cast(Json, document["paths"]).items()
        for method, operation in operations_of(cast(Json, item))
    }
    chosen = _all_named(found, sources) if keep_all else _kept(document, found, sources, log)
    if not chosen:
        raise PipelineError(
            "holds none of the operations that sources.toml keeps",
            source=source,
            pointer=pointer("paths"),
            hint="use `build --all` to read a document of other operations",
        )
    normalizer = Normalizer(document, log, exact=exact)
    operations: list[Operation] = []
    for label in sorted(chosen, key=lambda key: (found[key][1], found[key][0])):
        name, canonical = chosen[label]
        method, path, item, raw = found[label]
        name_unsupported(item, raw, ("paths", path, method), normalizer.resolve, log)
        operations.append(_operation(name, method, path, canonical, item, raw, normalizer, exact))
    name_security(document, [found[label][3] for label in chosen], log)
    if document.get("webhooks"):
        log.add(("webhooks",), "calls that the gateway makes; left out")
    normalizer.finish()
    return operations, normalizer


def not_kept(document: Json, sources: Sources) -> list[str]:
    """The operations of a document that are neither kept nor an alias of one that is, as ``METHOD /path``."""
    labels = {
        f"{method.upper()} {path}"
        for path, item in cast(Json, document["paths"]).items()
        for method, _ in operations_of(cast(Json, item))
    }
    return sorted(labels - set(sources.keep) - set(sources.aliases))


def _kept(document: Json, found: dict[str, Any], sources: Sources, log: Repairs) -> dict[str, tuple[str, str]]:
    """``label in the document -> (name, label it is published under)`` for the operations of sources.toml."""
    chosen: dict[str, tuple[str, str]] = {}
    for label, name in sources.keep.items():
        aliases = [alias for alias, target in sources.aliases.items() if target == label and alias in found]
        if label in found:
            chosen[label] = (name, label)
            for alias in aliases:
                log.add(("paths", alias.split(" ")[1]), f"{alias} is an alias of {label}; folded")
        elif aliases:
            log.add(("paths", aliases[0].split(" ")[1]), f"{aliases[0]} stands in for {label}")
            chosen[aliases[0]] = (name, label if _same_parameters(aliases[0], label) else aliases[0])
        else:
            log.add(("paths",), f"{label} ({name}) is not in this document")
    for label in not_kept(document, sources):
        log.add(("paths", label.split(" ")[1], label.split(" ")[0].lower()), "not kept (sources.toml)")
    return chosen


def _same_parameters(first: str, second: str) -> bool:
    return re.findall(r"\{[^}]+\}", first) == re.findall(r"\{[^}]+\}", second)


def _all_named(found: dict[str, Any], sources: Sources) -> dict[str, tuple[str, str]]:
    """Every operation with a name: the curated one, or the first readable candidate that is free, short paths first."""
    names = {label: sources.keep[label] for label in found if label in sources.keep}
    taken = set(names.values())
    for label in sorted(found.keys() - names.keys(), key=lambda label: (len(label), label)):
        method, path, _, operation = found[label]
        likely = _candidates(method, path, operation)
        # The last one differs only where paths differ in signs that no name can hold.
        name = next((name for name in likely if name not in taken), f"{likely[-1]}_{sha256(label)[:8]}")
        names[label] = name
        taken.add(name)
    return {label: (name, label) for label, name in names.items()}


def _candidates(method: str, path: str, operation: Json) -> list[str]:
    """Names for an operation, the most readable first; the last one is unique by construction."""
    segments = [segment for segment in path.split("/") if segment]
    words = [word for segment in segments if not segment.startswith("{") and (word := _snake(segment))]
    plain = [word for word in words if not re.fullmatch(r"v\d+|api", word)]
    inside = [_snake(segment) for segment in segments if segment.startswith("{")]
    by = ["by", *inside] if inside else []
    handler = re.fullmatch(r"[A-Za-z]+Controller_([A-Za-z]+?)(?:_v\d+)?", str(operation.get("operationId", "")))
    candidates = [_snake(handler[1])] if handler and "_" in _snake(handler[1]) else []
    candidates.append("_".join([method, *plain]) if plain else f"{method}_root")
    candidates.append("_".join([method, *plain, *by]) if plain or by else f"{method}_root")
    candidates.append("_".join([method, *words, *by]) if words or by else f"{method}_root")
    candidates.append("_".join([method, *(_snake(segment) for segment in segments)]) or f"{method}_root")
    candidates.append(f"{method}_{_snake(spelled(path))}")
    return [candidate[:LONGEST] for candidate in candidates]


def _snake(text: str) -> str:
    text = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_").lower()


def _operation(
    name: str, method: str, path: str, canonical: str, item: Json, raw: Json, normalizer: Normalizer, exact: bool
) -> Operation:
    steps = ("paths", path, method)
    operation = Operation(
        name=name, method=method, path=canonical.split(" ", 1)[1], deprecated=raw.get("deprecated") is True
    )
    operation.parameters = _parameters(item, raw, steps, normalizer)
    security = raw.get("security")
    if is_list(security):
        operation.security = cast(list[Json], security)
    body = raw.get("requestBody")
    if is_mapping(body):
        body = normalizer.resolve(body)
        operation.body_required = body.get("required") is True
        for media_type, media in sorted(cast(Json, body.get("content") or {}).items()):
            where = (*steps, "requestBody", "content", media_type)
            schema = normalizer.schema(cast(Json, media).get("schema", {}), (*where, "schema"))
            schema, limits = (schema, []) if exact else merge_request(schema)
            operation.body[media_type] = schema
            encoding = body_form(media_type, cast(Json, media), schema, where, normalizer.log)
            if encoding:
                operation.encodings[media_type] = encoding
            operation.limits = limits or operation.limits
    for status, response in sorted(cast(Json, raw.get("responses") or {}).items()):
        content = cast(Json, normalizer.resolve(cast(Json, response)).get("content") or {})
        operation.responses[status] = {
            media_type: normalizer.schema(
                media.get("schema", {}),
                (*steps, "responses", status, "content", media_type, "schema"),
            )
            for media_type, media in sorted(content.items())
            if is_mapping(media)
        }
    return operation


def _parameters(item: Json, raw: Json, steps: tuple[str, ...], normalizer: Normalizer) -> list[Json]:
    """Path-level and own parameters, sorted by place and name; the own ones win."""
    merged: dict[tuple[str, str], Json] = {}
    for holder in (item, raw):
        declared: list[Json] = holder.get("parameters") or []
        for reference in declared:
            parameter = normalizer.resolve(reference)
            place, name, where = parameter["in"], parameter["name"], (*steps, "parameters", parameter["name"])
            media = [one for one in cast(Json, parameter.get("content") or {}).values() if is_mapping(one)]
            given: Any = parameter.get("schema", media[0].get("schema", {}) if media else {})
            schema = normalizer.schema(given, (*where, "schema"))
            form = parameter_form(parameter, schema, where, normalizer.log)
            if form is not None:
                required = {"required": parameter["required"]} if "required" in parameter else {}
                merged[(place, name)] = {"name": name, "in": place, **required, **form, "schema": schema}
    return [merged[key] for key in sorted(merged)]

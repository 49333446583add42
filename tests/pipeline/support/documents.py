"""Small documents of our own, for the tests of the pipeline: each part is made by a function with defaults."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scripts.pipeline.build import BuildInputs, Built, build
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.naming.names import Names, load_names
from scripts.pipeline.normalize.repair import repair
from scripts.pipeline.normalize.repair_log import Repairs

Json = dict[str, Any]

#: The path of most operations here.
ORDERS = "/v1/orders"
#: The path of one order.
ORDER = f"{ORDERS}/{{id}}"
#: A component, as a reference names it.
PART = "#/components/schemas/Part"


def document(paths: Json | None = None, *, schemas: Json | None = None, **members: Any) -> Json:
    """An OpenAPI 3.0 document; without ``paths`` it holds one operation that needs nothing."""
    made: Json = {
        "openapi": "3.0.0",
        "info": {"title": "Orders", "version": "1"},
        "paths": {ORDERS: {"get": operation()}} if paths is None else paths,
    }
    if schemas is not None:
        made["components"] = {"schemas": schemas}
    return {**made, **members}


def operation(
    *,
    body: Json | None = None,
    response: Json | None = None,
    parameters: list[Json] | None = None,
    **members: Any,
) -> Json:
    """An operation with a JSON body and a JSON response of these schemas; other members come as they are."""
    made: Json = {}
    if parameters is not None:
        made["parameters"] = parameters
    if body is not None:
        made["requestBody"] = {"required": True, "content": json_content(body)}
    made["responses"] = {"200": {"description": "Done", **({"content": json_content(response)} if response else {})}}
    return {**made, **members}


def json_content(schema: Json) -> Json:
    """The ``content`` of a JSON body."""
    return {"application/json": {"schema": schema}}


def parameter(name: str, place: str = "query", **members: Any) -> Json:
    """A parameter of type string."""
    made: Json = {"name": name, "in": place, "schema": {"type": "string"}}
    return {**made, **({"required": True} if place == "path" else {}), **members}


def record(*required: str, **properties: Any) -> Json:
    """An object schema; ``required`` names those of its properties that must be there."""
    return {"type": "object", "properties": properties, **({"required": list(required)} if required else {})}


def tagged(kind: str, *required: str, **properties: Any) -> Json:
    """An object schema whose ``type`` has one value, in the 3.0 spelling."""
    return record("type", *required, type={"type": "string", "enum": [kind]}, **properties)


def text(*values: str) -> Json:
    """A string schema, limited to ``values`` where there are some."""
    return {"type": "string", "enum": list(values)} if values else {"type": "string"}


def nested(name: str, schema: Json) -> Json:
    """A document whose only body has ``schema`` as the property ``name``."""
    return document({ORDERS: {"post": operation(body=record(**{name: schema}))}})


def as_yaml(data: Json) -> bytes:
    return dump_yaml(data).encode()


def as_json(data: Json) -> bytes:
    return json.dumps(data).encode()


def repaired(data: Json, *, lenient: bool = False) -> tuple[Json, dict[str, str]]:
    """A repaired document, and what was done to it by pointer."""
    log: Repairs = repair(data, source="test.yaml", lenient=lenient)
    return data, {entry.pointer: entry.what for entry in log}


OVERLAY: Json = {"overlay": "1.0.0", "info": {"title": "Corrections", "version": "1"}}


def build_inputs(
    folder: Path,
    *,
    keep: Mapping[str, str | Json] | None = None,
    aliases: Mapping[str, str] | None = None,
    names: str = "",
    actions: Sequence[Json] = (),
    url: str = "https://gateway.invalid/document",
    deprecations: str = "",
) -> BuildInputs:
    """The hand-written inputs of a build in ``folder``: what is kept, ``names.toml`` as given, an overlay."""
    folder.mkdir(parents=True, exist_ok=True)
    upstream = {"url": url, **({"deprecations": deprecations} if deprecations else {})}
    (folder / "sources.toml").write_text(
        _table("upstream", upstream)
        + _table("limits", {"max_bytes": 1_000_000, "timeout_seconds": 10})
        + _table("operations", keep or {})
        + _table("aliases", aliases or {}),
        encoding="utf-8",
    )
    (folder / "names.toml").write_text(names, encoding="utf-8")
    (folder / "overlay").mkdir(exist_ok=True)
    overlay = dump_yaml({**OVERLAY, "actions": list(actions)})
    (folder / "overlay" / "orders.yaml").write_text(overlay, encoding="utf-8")
    return BuildInputs(folder)


def correction(name: str, **update: Any) -> Json:
    """An action of the overlay that merges ``update`` into an operation."""
    target = f"$.paths[*][?@.operationId == '{name}']"
    return {"target": target, "description": "A reason", "x-source": "a test", "x-operation": name, "update": update}


def _table(name: str, entries: Mapping[str, Any]) -> str:
    return f"[{name}]\n" + "".join(f"{json.dumps(key)} = {_toml(value)}\n" for key, value in entries.items())


def _toml(value: Any) -> str:
    """A text, a number, or an inline table of texts."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key} = {json.dumps(part)}" for key, part in value.items()) + "}"
    return json.dumps(value)


def built(folder: Path, data: Json, *, names: str = "", **choice: Any) -> Built:
    """``data`` built with every operation, or with ``keep`` and ``aliases``."""
    return build(
        as_json(data), build_inputs(folder, names=names, **choice), source="test.json", keep_all="keep" not in choice
    )


def schemas_of(result: Built) -> Json:
    """The components of upstream.yaml."""
    found: Json = result.upstream["components"]["schemas"]
    return found


def no_names(folder: Path) -> Names:
    """The contents of an empty names.toml."""
    path = folder / "names.toml"
    path.write_text("", encoding="utf-8")
    return load_names(path)

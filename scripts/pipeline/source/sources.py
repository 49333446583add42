"""`openapi/sources.toml`: where the document is, which operations are kept, and the limits of a fetch."""

from __future__ import annotations

import re
from collections import Counter
from keyword import iskeyword
from pathlib import Path
from typing import Any

from attrs import frozen

from ..document.errors import PipelineError
from ..document.tree import Json, is_mapping
from .toml import load_toml


@frozen
class Sources:
    """The settings of `sources.toml`.

    ``keep`` and ``aliases`` map ``"METHOD /path"`` to the operation's name and to the operation it repeats. By the
    operation's name, ``methods`` says where it hangs on a client, such as ``account.balance``, and ``arguments`` which
    members of its body a method of the hand-written package names itself. ``deprecations`` is the address of the feed
    of models that have ended, "" for none.
    """

    url: str
    max_bytes: int
    timeout: float
    keep: dict[str, str]
    aliases: dict[str, str]
    methods: dict[str, str]
    arguments: dict[str, tuple[str, ...]]
    deprecations: str = ""


def load_sources(path: Path) -> Sources:
    """Read `sources.toml`; a missing or ill-typed entry is a `PipelineError` that names it."""
    table = load_toml(path)
    for label in (*table.get("operations", {}), *table.get("aliases", {})):
        if not re.fullmatch(r"(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE) /\S*", label):
            raise PipelineError(f"{label!r} is no operation", source=str(path), hint='write it as "METHOD /path"')
    kept = {str(label): _kept(label, entry, path) for label, entry in table.get("operations", {}).items()}
    _check_methods(kept, path)
    try:
        return Sources(
            url=str(table["upstream"]["url"]),
            max_bytes=int(table["limits"]["max_bytes"]),
            timeout=float(table["limits"]["timeout_seconds"]),
            keep={label: operation.name for label, operation in kept.items()},
            aliases={str(key): str(value) for key, value in table.get("aliases", {}).items()},
            methods={operation.name: operation.method for operation in kept.values() if operation.method},
            arguments={operation.name: operation.arguments for operation in kept.values() if operation.arguments},
            deprecations=str(table["upstream"].get("deprecations", "")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PipelineError(
            f"lacks or misstates an entry: {error}",
            source=str(path),
            hint="needed are upstream.url, limits.max_bytes, limits.timeout_seconds and [operations]",
        ) from error


@frozen
class _Kept:
    """An entry of [operations]."""

    name: str
    method: str = ""
    arguments: tuple[str, ...] = ()


def _kept(label: str, entry: Any, path: Path) -> _Kept:
    """``"name"``, or a table with the name and more."""
    table: Json = {"name": entry} if isinstance(entry, str) else entry if is_mapping(entry) else {}
    if not isinstance(table.get("name"), str) or set(table) - {"name", "method", "arguments"}:
        raise PipelineError(
            f"{label} has an entry that cannot be read",
            source=str(path),
            hint='write "operation_name", or { name = "operation_name", method = "resource.method" }',
        )
    method, arguments = table.get("method", ""), table.get("arguments", [])
    parts = str(method).split(".")
    if method and not (len(parts) == 2 and all(re.fullmatch("[a-z][a-z0-9_]*", part) for part in parts)):
        raise PipelineError(f"{label} hangs at {method!r}", source=str(path), hint='write "resource.method"')
    if any(map(iskeyword, parts)):
        raise PipelineError(f"{label} hangs at {method!r}, which is a word of Python", source=str(path))
    return _Kept(table["name"], str(method), tuple(map(str, arguments)))


def _check_methods(kept: dict[str, _Kept], path: Path) -> None:
    """Each place on a client holds one operation, and each operation has a name of its own."""
    for operation in kept.values():
        resource = operation.method.partition(".")[0]
        if resource in RESERVED:
            raise PipelineError(
                f"{operation.method!r} cannot be reached: a client has {resource!r} itself",
                source=str(path),
                hint="call the resource something else",
            )
    for what, values in (
        ("name", [operation.name for operation in kept.values()]),
        ("method", [operation.method for operation in kept.values() if operation.method]),
    ):
        twice = sorted(value for value, count in Counter(values).items() if count > 1)
        if twice:
            raise PipelineError(f"two operations have the {what} {twice[0]}", source=str(path))


#: What a client has itself, so that no resource can be called so.
RESERVED = frozenset(
    {"base_url", "budget_usd", "close", "exchange", "max_retries", "messages", "pages", "send", "spent", "timeout"}
    | {"unpriced", "with_options"}
)

"""`openapi/sources.toml`: where the document is, which operations are kept, and the limits of a fetch."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

from attrs import frozen

from ._errors import PipelineError


@frozen
class Sources:
    """The settings of `sources.toml`.

    ``keep`` and ``aliases`` map ``"METHOD /path"`` to the operation's name and to the operation it repeats.
    """

    url: str
    max_bytes: int
    timeout: float
    keep: dict[str, str]
    aliases: dict[str, str]


def load_sources(path: Path) -> Sources:
    """Read `sources.toml`; a missing or ill-typed entry is a `PipelineError` that names it."""
    table = load_toml(path)
    for label in (*table.get("operations", {}), *table.get("aliases", {})):
        if not re.fullmatch(r"(GET|PUT|POST|DELETE|OPTIONS|HEAD|PATCH|TRACE) /\S*", label):
            raise PipelineError(f"{label!r} is no operation", source=str(path), hint='write it as "METHOD /path"')
    try:
        return Sources(
            url=str(table["upstream"]["url"]),
            max_bytes=int(table["limits"]["max_bytes"]),
            timeout=float(table["limits"]["timeout_seconds"]),
            keep={str(key): str(value) for key, value in table["operations"].items()},
            aliases={str(key): str(value) for key, value in table.get("aliases", {}).items()},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise PipelineError(
            f"lacks or misstates an entry: {error}",
            source=str(path),
            hint="needed are upstream.url, limits.max_bytes, limits.timeout_seconds and [operations]",
        ) from error


def load_toml(path: Path) -> dict[str, Any]:
    """A TOML file as plain data; a syntax error is a `PipelineError` with its place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", source=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PipelineError(f"is not valid TOML: {error}", source=str(path), hint="mend the file by hand") from error

"""The hand-written files in TOML."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from ..document.errors import PipelineError


def load_toml(path: Path) -> dict[str, Any]:
    """A TOML file as plain data; a syntax error is a `PipelineError` with its place."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PipelineError(f"cannot be read: {error.strerror}", source=str(path)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PipelineError(f"is not valid TOML: {error}", source=str(path), hint="mend the file by hand") from error

"""`upstream.lock.json`: which document the committed files were made from, and with what."""

from __future__ import annotations

import datetime
import hashlib
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from attrs import asdict, frozen

from ..document.errors import PipelineError

TEMPLATES = Path(__file__).parents[1] / "generate" / "templates"
RUNTIME = Path(__file__).parents[1] / "generate" / "runtime"


@frozen(kw_only=True)
class Lock:
    """What was pulled, and what made the files from it. Hashes are SHA-256 in hex; ``date`` is a day in UTC.

    Of the document: ``document`` hashes the bytes as they came, ``content`` what they say in any order, ``structure``
    the text of upstream.yaml, and ``keywords`` are those that its schemas use. Of the makers: the hand-written files,
    the templates, and the versions of generator and formatter. ``tree`` hashes the generated client.
    """

    url: str
    date: str
    etag: str | None
    last_modified: str | None
    document: str
    content: str
    structure: str
    names: str
    sources: str
    overlay: str
    templates: str
    generator: str
    formatter: str
    tree: str
    keywords: list[str]

    @property
    def text(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def read_lock(path: Path) -> Lock | None:
    """The lock, or None where nothing was pulled yet."""
    if not path.exists():
        return None
    try:
        return Lock(**cast(dict[str, Any], json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, TypeError) as error:
        raise PipelineError(
            f"is not a lock of this pipeline: {error}", source=str(path), hint="delete it and run `make regenerate`"
        ) from error


def sha256(data: bytes | str) -> str:
    """The SHA-256 of bytes or of a text in UTF-8, in hex."""
    return hashlib.sha256(data.encode() if isinstance(data, str) else data).hexdigest()


def hash_tree(root: Path) -> str:
    """One hash of all files below a folder: their names and their bytes. Caches of Python do not count."""
    lines = [
        f"{path.relative_to(root).as_posix()} {sha256(path.read_bytes())}\n"
        for path in sorted(root.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    ]
    return sha256("".join(lines))


def makers() -> dict[str, str]:
    """What turns openapi.yaml into the client, besides the code of the pipeline itself."""
    return {
        "templates": sha256(hash_tree(TEMPLATES) + hash_tree(RUNTIME)),
        "generator": f"openapi-python-client {version('openapi-python-client')}",
        "formatter": f"ruff {version('ruff')}",
    }


def today() -> str:
    """The date in UTC, as YYYY-MM-DD."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()

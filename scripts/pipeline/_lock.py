"""`upstream.lock.json`: which document the committed files were built from, and with which names."""

from __future__ import annotations

import datetime
import hashlib
import json
from pathlib import Path
from typing import Any, cast

from attrs import asdict, frozen

from ._errors import PipelineError


@frozen(kw_only=True)
class Lock:
    """What was pulled. Hashes are SHA-256 in hex; ``date`` is the day of the pull, in UTC.

    ``document`` hashes the bytes as they came, ``structure`` the text of upstream.yaml, ``names`` and
    ``sources`` the files that named and selected.
    """

    url: str
    date: str
    etag: str | None
    last_modified: str | None
    document: str
    structure: str
    names: str
    sources: str

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


def today() -> str:
    """The date in UTC, as YYYY-MM-DD."""
    return datetime.datetime.now(datetime.UTC).date().isoformat()

"""`upstream.lock.json`: which document the committed files were made from, and with what."""

from __future__ import annotations

import datetime
import json
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from attrs import asdict, frozen

from ..document.errors import PipelineError
from ..document.hashes import hash_tree, sha256
from ..generate.generator import TEMPLATES
from ..generate.package import RUNTIME


@frozen(kw_only=True)
class Lock:
    """What was pulled, and what made the files from it. Hashes are SHA-256 in hex; ``date`` is a day in UTC.

    Of the document: ``document`` hashes the bytes as they came, ``content`` what they say in any order, ``structure``
    the text of upstream.yaml, ``given`` that of names.lock.json, and ``keywords`` are those that its schemas use. Of
    the makers: the hand-written files, the templates, and the versions of generator and formatter. ``tree`` hashes the
    generated client.
    """

    url: str
    date: str
    etag: str | None
    last_modified: str | None
    document: str
    content: str
    structure: str
    names: str
    given: str = ""
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

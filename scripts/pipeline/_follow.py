"""Follow the document: what a fresh one says that the committed one, or an earlier one, does not."""

from __future__ import annotations

import logging
from pathlib import Path

from ._api_effect import ApiChange, api_changes
from ._build import Built, build
from ._document import parse_mapping, read_bytes
from ._drift import compare, docs_only
from ._errors import PipelineError
from ._lock import read_lock, sha256
from ._report import Report
from ._workspace import Workspace, obtain

__all__ = ["find_drift"]

logger = logging.getLogger(__name__)


def find_drift(
    workspace: Workspace,
    *,
    url: str | None = None,
    input_file: Path | None = None,
    base: Path | None = None,
    keep_all: bool = False,
    with_api: bool = False,
) -> Report | None:
    """The report of a fresh document; None where the server says that it has not changed since the last pull.

    base: a raw document to compare with instead of what is committed; only with it may ``keep_all`` be true.
    with_api: generate the client of the fresh document too, and compare it with the committed one, or that of base.
    """
    fetched = obtain(workspace, url=url, input_file=input_file, always=base is not None)
    if fetched.raw is None:
        return None
    fresh = build(fetched.raw, workspace.rooms, source=fetched.url, keep_all=keep_all)
    if base is None:
        committed = parse_mapping(read_bytes(workspace.upstream), source=str(workspace.upstream))
        lock = read_lock(workspace.lock)
        before = f"{lock.url} of {lock.date}" if lock else "what is committed"
        same_bytes = lock is not None and lock.document == sha256(fetched.raw)
        earlier = None
    else:
        raw = read_bytes(base)
        earlier = build(raw, workspace.rooms, source=str(base), keep_all=keep_all)
        committed, before, same_bytes = earlier.upstream, base.name, raw == fetched.raw
    changes = compare(committed, fresh.upstream)
    if not changes and not same_bytes:
        changes = [docs_only()]
    api = _api_effect(workspace, earlier, fresh) if with_api and changes else None
    return Report(before, fetched.url, changes, api)


def _api_effect(workspace: Workspace, earlier: Built | None, fresh: Built) -> list[ApiChange] | None:
    before = workspace.generated if earlier is None else earlier.openapi
    try:
        return api_changes(before, fresh.openapi, workspace.rooms.names)
    except PipelineError as error:
        # The drift of the document is known all the same; that no client can be made of it, `regenerate` will say.
        logger.warning("the effect on the Python API is not known: %s", error)
        return None

"""Follow the document: what a fresh one says that the committed one, or an earlier one, does not."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve, frozen

from ..build import Read, apply_overlay, read
from ..checkout.lock import Lock, read_lock
from ..checkout.workspace import Workspace, obtain
from ..document.errors import PipelineError
from ..document.hashes import sha256
from ..document.tree import Json
from ..normalize.keywords import new_keywords
from ..source.reading import parse_mapping, read_bytes
from ..source.toml import load_toml
from .changes import merged
from .compare import compare
from .name_changes import name_changes
from .prose import docs_only, prose_changes
from .python_effect import ApiChange, api_changes
from .release import next_version
from .report import Report

__all__ = ["find_drift"]


@frozen
class _Earlier:
    """What a fresh document is compared with: the committed one, or another raw one (``said``)."""

    label: str
    upstream: Json
    lock: Lock | None = None
    said: Read | None = None

    def same_content(self, raw: bytes, fresh: Read) -> bool:
        """Whether the fresh document differs in nothing, or in order alone."""
        if self.said is not None:
            return self.said.content == fresh.content
        return self.lock is not None and (self.lock.document == sha256(raw) or self.lock.content == fresh.content)


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
    earlier = _committed(workspace) if base is None else _other(workspace, base, keep_all)
    # The names of the earlier document stay: those of this checkout, or those that the other one got.
    given = earlier.said.naming.given if earlier.said and earlier.said.naming else None
    fresh = read(fetched.raw, workspace.inputs, source=fetched.url, keep_all=keep_all, given=given)
    changes = merged([*compare(earlier.upstream, fresh.upstream), *name_changes(fresh.naming)])
    same = earlier.same_content(fetched.raw, fresh)
    if earlier.said is not None and not same:
        names = {f"{method.upper()} {path}": body["operationId"] for path, method, body in _operations(fresh.upstream)}
        changes = merged([*changes, *prose_changes(earlier.said.raw, fresh.raw, names)])
    if not changes and not same:
        changes = [docs_only()]
    report = Report(earlier.label, fetched.url, changes, notes=_notes(earlier, fresh))
    if with_api and changes:
        report = _with_api(workspace, report, earlier, fresh)
    return evolve(report, release=_release(workspace, report))


def _committed(workspace: Workspace) -> _Earlier:
    committed = parse_mapping(read_bytes(workspace.upstream), source=str(workspace.upstream))
    lock = read_lock(workspace.lock)
    return _Earlier(f"{lock.url} of {lock.date}" if lock else "what is committed", committed, lock=lock)


def _other(workspace: Workspace, base: Path, keep_all: bool) -> _Earlier:
    said = read(read_bytes(base), workspace.inputs, source=str(base), keep_all=keep_all)
    return _Earlier(base.name, said.upstream, said=said)


def _operations(upstream: Json) -> list[tuple[str, str, Json]]:
    return [(path, method, body) for path, item in upstream["paths"].items() for method, body in item.items()]


def _notes(earlier: _Earlier, fresh: Read) -> tuple[str, ...]:
    """What a person has to look at before this can be followed."""
    known = earlier.said.keywords if earlier.said else earlier.lock.keywords if earlier.lock else fresh.keywords
    return tuple(f"New schema keyword: {one}." for one in new_keywords(fresh.keywords, known))


def _with_api(workspace: Workspace, report: Report, earlier: _Earlier, fresh: Read) -> Report:
    """The report with the effect on the Python API, or with the reason why that is not known."""
    try:
        before = workspace.generated if earlier.said is None else apply_overlay(earlier.said, workspace.inputs).openapi
        effect: list[ApiChange] = api_changes(
            before, apply_overlay(fresh, workspace.inputs).openapi, workspace.inputs.names
        )
    except PipelineError as error:
        # The drift of the document is known all the same; a person has to look before a client can be made of it.
        return evolve(report, notes=(*report.notes, f"No client can be made of it yet: {error}"))
    return evolve(report, api=effect)


def _release(workspace: Workspace, report: Report) -> str:
    """The version that the drift asks for; "" where the project's own is not known."""
    path = workspace.root / "pyproject.toml"
    if not path.exists():
        return ""
    kinds = ["breaking"] if report.breaks_api else []
    return next_version(str(load_toml(path)["project"]["version"]), (*kinds, report.kind)[0])

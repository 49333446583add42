"""The verbs that change the checkout: pull, build, generate, regenerate. All of a verb's files land, or none."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from attrs import evolve, frozen

from ._build import Built, Rooms, build, finish
from ._document import Json, parse_mapping, read_bytes
from ._errors import PipelineError
from ._fetch import Fetched, fetch
from ._generate import generate
from ._lock import Lock, read_lock, sha256, today
from ._names import load_names
from ._repair import Repairs
from ._sources import load_sources


@frozen
class Workspace:
    """A checkout: where the hand-written inputs lie and where results go."""

    root: Path

    @property
    def rooms(self) -> Rooms:
        return Rooms(self.root / "openapi")

    @property
    def upstream(self) -> Path:
        return self.root / "openapi" / "upstream.yaml"

    @property
    def openapi(self) -> Path:
        return self.root / "openapi" / "openapi.yaml"

    @property
    def lock(self) -> Path:
        return self.root / "openapi" / "upstream.lock.json"

    @property
    def generated(self) -> Path:
        return self.root / "generated"


def obtain(workspace: Workspace, *, url: str | None, input_file: Path | None, always: bool = False) -> Fetched:
    """The raw document from a file or an address; ``always`` fetches even what has not changed."""
    if input_file is not None:
        return Fetched(read_bytes(input_file), input_file.name, None, None)
    sources = load_sources(workspace.rooms.sources)
    address = url or os.environ.get("AIMLAPI_SPEC_URL") or sources.url
    lock = None if always else read_lock(workspace.lock)
    known = lock if lock is not None and lock.url == address else None
    return fetch(
        address,
        max_bytes=sources.max_bytes,
        timeout=sources.timeout,
        etag=known.etag if known else None,
        last_modified=known.last_modified if known else None,
    )


def pull(workspace: Workspace, *, url: str | None, input_file: Path | None) -> Built | None:
    """Write upstream.yaml and its lock from a fresh document; None where the server says it is unchanged."""
    fetched = obtain(workspace, url=url, input_file=input_file)
    if fetched.raw is None:
        return None
    built = build(fetched.raw, workspace.rooms, source=fetched.url)
    lock = new_lock(workspace, fetched, built)
    write_all({workspace.upstream: built.upstream_text, workspace.lock: lock.text})
    return built


def regenerate(workspace: Workspace, *, url: str | None, input_file: Path | None) -> tuple[Built, int]:
    """Pull, build and generate in one: the documents, the lock and the client change together."""
    fetched = obtain(workspace, url=url, input_file=input_file, always=True)
    assert fetched.raw is not None, "an unconditional fetch has a body"
    built = build(fetched.raw, workspace.rooms, source=fetched.url)
    texts = {
        workspace.upstream: built.upstream_text,
        workspace.openapi: built.openapi_text,
        workspace.lock: new_lock(workspace, fetched, built).text,
    }
    files = generate(built.openapi, load_names(workspace.rooms.names), workspace.generated)
    write_all(texts)
    return built, files


def rebuild(workspace: Workspace) -> Built:
    """openapi.yaml from the committed upstream.yaml and the overlay, in memory."""
    raw = read_bytes(workspace.upstream)
    return finish(parse_mapping(raw, source=str(workspace.upstream)), workspace.rooms, Repairs())


def read_openapi(path: Path) -> Json:
    """A built document."""
    document = parse_mapping(read_bytes(path), source=str(path))
    if "components" not in document or "paths" not in document:
        raise PipelineError("is no built document", source=str(path), hint="run `make build`")
    return document


def new_lock(workspace: Workspace, fetched: Fetched, built: Built) -> Lock:
    """The lock of a pull. The date moves only when the document does, so that pulling twice changes nothing."""
    assert fetched.raw is not None
    lock = Lock(
        url=fetched.url,
        date=today(),
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        document=sha256(fetched.raw),
        structure=sha256(built.upstream_text),
        names=sha256(workspace.rooms.names.read_bytes()),
        sources=sha256(workspace.rooms.sources.read_bytes()),
    )
    present = read_lock(workspace.lock)
    same = present is not None and present.document == lock.document and present.url == lock.url
    return evolve(lock, date=present.date) if same and present is not None else lock


def write_all(texts: dict[Path, str]) -> None:
    """Write files so that none is ever seen half-written: each is staged beside its place, then all are moved."""
    staged: list[tuple[str, Path]] = []
    try:
        for path, text in texts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
            staged.append((name, path))
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
        for name, path in staged:
            os.chmod(name, 0o644)
            os.replace(name, path)
    finally:
        for name, _ in staged:
            Path(name).unlink(missing_ok=True)

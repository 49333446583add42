"""The verbs that change the checkout: pull, build, generate, regenerate. All of a verb's files land, or none."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any, cast

from attrs import evolve, frozen

from ..build import BuildInputs, Built, Read, apply_overlay, build
from ..document.errors import PipelineError
from ..document.escapes import for_terminal
from ..document.hashes import hash_tree, sha256
from ..document.tree import Json
from ..generate.package import generate
from ..naming.given import load_given
from ..naming.names import load_names
from ..normalize.keywords import new_keywords
from ..source.deprecations import deprecations_text, read_feed
from ..source.fetch import Fetched, fetch, without_query
from ..source.reading import parse_mapping, read_bytes
from ..source.sources import load_sources
from .lock import Lock, makers, read_lock, today


@frozen
class Workspace:
    """A checkout: where the hand-written inputs lie and where results go."""

    root: Path

    @property
    def inputs(self) -> BuildInputs:
        return BuildInputs(self.root / "openapi")

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


def obtain_deprecations(workspace: Workspace, *, url: str | None, input_file: Path | None) -> list[Json] | None:
    """The feed of models that have ended.

    None where the document comes from elsewhere. A feed that cannot be read keeps no document from being pulled:
    what is committed stays, and standard error says so.
    """
    sources = load_sources(workspace.inputs.sources)
    elsewhere = input_file is not None or (url or os.environ.get("AIMLAPI_SPEC_URL") or sources.url) != sources.url
    if elsewhere or not sources.deprecations:
        return None
    try:
        fetched = fetch(sources.deprecations, max_bytes=sources.max_bytes, timeout=sources.timeout)
        assert fetched.raw is not None, "an unconditional fetch has a body"
        return read_feed(fetched.raw, source=fetched.url)
    except PipelineError as error:
        said = for_terminal(" ".join(str(error).split()))
        print(f"note: {said}; the deprecations stay as they are", file=sys.stderr)
        return None


def _feed_file(workspace: Workspace, ended: list[Json] | None) -> dict[Path, str]:
    return {} if ended is None else {workspace.inputs.deprecations: deprecations_text(ended)}


def obtain(workspace: Workspace, *, url: str | None, input_file: Path | None, always: bool = False) -> Fetched:
    """The raw document from a file or an address; ``always`` fetches even what has not changed."""
    if input_file is not None:
        return Fetched(read_bytes(input_file), input_file.name, None, None)
    sources = load_sources(workspace.inputs.sources)
    address = url or os.environ.get("AIMLAPI_SPEC_URL") or sources.url
    lock = None if always else read_lock(workspace.lock)
    known = lock if lock is not None and lock.url == without_query(address) else None
    return fetch(
        address,
        max_bytes=sources.max_bytes,
        timeout=sources.timeout,
        etag=known.etag if known else None,
        last_modified=known.last_modified if known else None,
    )


def pull(workspace: Workspace, *, url: str | None, input_file: Path | None, accept: bool = False) -> Built | None:
    """Write upstream.yaml and its lock from a fresh document; None where the server says it is unchanged.

    A schema keyword that the last document did not use is refused, unless ``accept`` says that it was looked at.
    """
    fetched = obtain(workspace, url=url, input_file=input_file)
    if fetched.raw is None:
        return None
    built = build(fetched.raw, workspace.inputs, source=fetched.url)
    present = read_lock(workspace.lock)
    _check_keywords(present, built, fetched.url, accept)
    made = {name: getattr(present, name) if present else "" for name in ("overlay", *makers(), "tree")}
    lock = _new_lock(workspace, fetched, built, present, **made)
    ended = obtain_deprecations(workspace, url=url, input_file=input_file)
    write_all(
        {
            workspace.upstream: built.upstream_text,
            workspace.inputs.given: built.given_text,
            workspace.lock: lock.text,
            **_feed_file(workspace, ended),
        }
    )
    return built


def regenerate(
    workspace: Workspace, *, url: str | None, input_file: Path | None, accept: bool = False
) -> tuple[Built, int]:
    """Pull, build and generate in one: the documents, the lock and the client change together."""
    fetched = obtain(workspace, url=url, input_file=input_file, always=True)
    assert fetched.raw is not None, "an unconditional fetch has a body"
    ended = obtain_deprecations(workspace, url=url, input_file=input_file)
    built = build(fetched.raw, workspace.inputs, source=fetched.url, ended=ended)
    present = read_lock(workspace.lock)
    _check_keywords(present, built, fetched.url, accept)
    files = generate(built.openapi, load_names(workspace.inputs.names), workspace.generated)
    made = {"overlay": hash_tree(workspace.inputs.overlay), **makers(), "tree": hash_tree(workspace.generated)}
    texts = {
        workspace.upstream: built.upstream_text,
        workspace.inputs.given: built.given_text,
        workspace.openapi: built.openapi_text,
        workspace.lock: _new_lock(workspace, fetched, built, present, **made).text,
        **_feed_file(workspace, ended),
    }
    write_all(texts)
    return built, files


def build_into(
    workspace: Workspace, *, input_file: Path | None, out_dir: Path | None, keep_all: bool = False
) -> tuple[Built, list[Path]]:
    """Build from a raw document, or from what is committed; writes into ``out_dir``, or into the checkout.

    Returns the files that were written too. A raw document leads to an upstream.yaml of its own and needs ``out_dir``,
    where the names of an earlier one stay.
    """
    if out_dir is None:
        return _rebuild_openapi(workspace), [workspace.openapi]
    if input_file is None:
        built = rebuild(workspace)
        texts: dict[Path, str] = {}
    else:
        names = out_dir / workspace.inputs.given.name
        given = load_given(names if names.exists() else workspace.inputs.given)
        built = build(read_bytes(input_file), workspace.inputs, source=str(input_file), keep_all=keep_all, given=given)
        texts = {out_dir / "upstream.yaml": built.upstream_text, names: built.given_text}
    texts[out_dir / "openapi.yaml"] = built.openapi_text
    write_all(texts)
    return built, sorted(texts)


def generate_into(workspace: Workspace, *, input_file: Path | None = None, out_dir: Path | None = None) -> int:
    """Write the client of a built document, the committed one unless told otherwise; the number of files."""
    if input_file is None and out_dir is None:
        return _regenerate_client(workspace)
    document = read_openapi(input_file or workspace.openapi)
    return generate(document, load_names(workspace.inputs.names), out_dir or workspace.generated)


def _rebuild_openapi(workspace: Workspace) -> Built:
    """Write openapi.yaml from the committed upstream.yaml and the overlay, and tell the lock of the overlay."""
    built = rebuild(workspace)
    texts = {workspace.openapi: built.openapi_text}
    present = read_lock(workspace.lock)
    if present is not None:
        texts[workspace.lock] = evolve(present, overlay=hash_tree(workspace.inputs.overlay)).text
    write_all(texts)
    return built


def _regenerate_client(workspace: Workspace) -> int:
    """Write the client from the committed openapi.yaml, and tell the lock of it; the number of files."""
    files = generate(read_openapi(workspace.openapi), load_names(workspace.inputs.names), workspace.generated)
    present = read_lock(workspace.lock)
    if present is not None:
        made = {**makers(), "tree": hash_tree(workspace.generated)}
        write_all({workspace.lock: evolve(present, **cast("dict[str, Any]", made)).text})
    return files


def rebuild(workspace: Workspace) -> Built:
    """openapi.yaml from the committed upstream.yaml and the overlay, in memory."""
    raw = read_bytes(workspace.upstream)
    return apply_overlay(Read(upstream=parse_mapping(raw, source=str(workspace.upstream))), workspace.inputs)


def read_openapi(path: Path) -> Json:
    """A built document."""
    document = parse_mapping(read_bytes(path), source=str(path))
    if "components" not in document or "paths" not in document:
        raise PipelineError("is no built document", source=str(path), hint="run `make build`")
    return document


def _new_lock(workspace: Workspace, fetched: Fetched, built: Built, present: Lock | None, **made: str) -> Lock:
    """The lock of a pull. The date moves only when the document does, so that pulling twice changes nothing."""
    assert fetched.raw is not None
    document = sha256(fetched.raw)
    same = present is not None and present.document == document and present.url == fetched.url
    return Lock(
        url=fetched.url,
        date=present.date if present is not None and same else today(),
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        document=document,
        content=built.read.content,
        structure=sha256(built.upstream_text),
        names=_hash_file(workspace.inputs.names),
        given=sha256(built.given_text),
        sources=_hash_file(workspace.inputs.sources),
        keywords=list(built.read.keywords),
        **made,
    )


def _hash_file(path: Path) -> str:
    return sha256(read_bytes(path))


def _check_keywords(present: Lock | None, built: Built, source: str, accept: bool) -> None:
    """Stop at a schema keyword that is new here: nobody has looked yet at what the pipeline makes of it."""
    new = new_keywords(built.read.keywords, present.keywords) if present is not None and not accept else []
    if new:
        raise PipelineError(
            "uses schema keywords that the document before it did not:\n  " + "\n  ".join(new),
            source=source,
            hint="where that is right, run `make regenerate ACCEPT=1`, with --accept-keywords where there is no make",
        )


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

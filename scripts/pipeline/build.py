"""Build: from a raw document to `upstream.yaml` and `openapi.yaml`, in memory."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

from attrs import field, frozen

from .document.dump import dump_yaml
from .document.hashes import sha256
from .document.order import canonical
from .document.tree import Json
from .naming.assign import Assigned
from .naming.fidelity import check_fidelity
from .naming.given import Given, given_text, load_given
from .naming.hoist import hoist
from .naming.names import load_names
from .naming.variants import VARIANTS, record_variants
from .normalize.content import content_key
from .normalize.keywords import Uses
from .normalize.repair import repair
from .normalize.repair_log import Repairs
from .normalize.select import NOT_KEPT, not_kept, select
from .overlay.actions import check_operations, component_names, load_overlay
from .overlay.adopt import adopt_fields
from .overlay.apply import apply_actions
from .overlay.attach import add_parameters, attach_methods, prune
from .overlay.extensions import check_extensions
from .overlay.valid import check_valid
from .source.deprecations import load_deprecations
from .source.reading import parse_document
from .source.sources import load_sources

HEADER = """\
Built by `python -m scripts.pipeline build`; do not edit.
{what}"""
UPSTREAM = "What the gateway's public document says, named and without its prose."
BUILT = "What this client stands by: upstream.yaml with our overlay applied."


@frozen
class BuildInputs:
    """The hand-written inputs of a build."""

    directory: Path

    @property
    def sources(self) -> Path:
        return self.directory / "sources.toml"

    @property
    def names(self) -> Path:
        return self.directory / "names.toml"

    @property
    def overlay(self) -> Path:
        return self.directory / "overlay"

    @property
    def given(self) -> Path:
        """The names that shapes have had so far, which is built."""
        return self.directory / "names.lock.json"

    @property
    def deprecations(self) -> Path:
        return self.directory / "deprecations.json"

    def copy_to(self, directory: Path) -> BuildInputs:
        """The same inputs in another folder, which is made."""
        directory.mkdir(parents=True)
        copy = BuildInputs(directory)
        shutil.copytree(self.overlay, copy.overlay)
        for file, target in ((self.sources, copy.sources), (self.names, copy.names)):
            shutil.copyfile(file, target)
        for file, target in ((self.deprecations, copy.deprecations), (self.given, copy.given)):
            if file.exists():
                shutil.copyfile(file, target)
        return copy


@frozen(kw_only=True)
class Read:
    """What a raw document says: its upstream.yaml, the log of repairs, and the document as it came.

    ``content`` is a hash that order does not change, ``keywords`` are those of the schemas of what is kept, with their
    places. Of an upstream.yaml that is read again, the rest is not known.
    """

    upstream: Json
    repairs: Repairs = field(factory=Repairs)
    raw: Json = field(factory=dict[str, Any])
    content: str = ""
    keywords: Mapping[str, Uses] = field(factory=dict[str, Uses])
    naming: Assigned | None = None


@frozen
class Built:
    """The result of a build: both documents, their text, and the log of what was done to upstream's."""

    read: Read
    openapi: Json
    skipped: tuple[str, ...]
    fulfilled: tuple[str, ...]

    @property
    def upstream(self) -> Json:
        return self.read.upstream

    @property
    def repairs(self) -> Repairs:
        return self.read.repairs

    @property
    def notes(self) -> list[str]:
        """All that a person may want to know of this build."""
        missing = self.read.naming.unused if self.read.naming else ()
        unused = [f"names.toml has lines that fit nothing in this document: {', '.join(missing)}"] if missing else []
        named = self.read.naming.notes if self.read.naming else ()
        return [*map(str, self.repairs), *named, *self.skipped, *self.fulfilled, *unused]

    @property
    def given_text(self) -> str:
        """The names given so far, these included; none of an upstream.yaml that is read again."""
        return given_text(self.read.naming.given if self.read.naming else {})

    @property
    def upstream_text(self) -> str:
        return dump_yaml(self.upstream, header=HEADER.format(what=UPSTREAM))

    @property
    def openapi_text(self) -> str:
        return dump_yaml(self.openapi, header=HEADER.format(what=BUILT))


def build(
    raw: bytes,
    inputs: BuildInputs,
    *,
    source: str,
    keep_all: bool = False,
    ended: list[Json] | None = None,
    given: Mapping[str, Given] | None = None,
) -> Built:
    """Build both documents from the bytes of a raw one; every fault is a `PipelineError`.

    ``ended`` are the models of a fresh feed, and ``given`` the names that stay, instead of what is committed.
    """
    return apply_overlay(read(raw, inputs, source=source, keep_all=keep_all, given=given), inputs, ended)


def read(
    raw: bytes,
    inputs: BuildInputs,
    *,
    source: str,
    keep_all: bool = False,
    given: Mapping[str, Given] | None = None,
) -> Read:
    """What the bytes of a raw document say, before any correction of ours; every fault is a `PipelineError`.

    ``given`` are the names that stay, those of the inputs unless told otherwise.
    """
    document = parse_document(raw, source=source)
    content = content_key(document)
    prose = deepcopy(document)
    log = repair(document, source=source, lenient=keep_all)
    sources = load_sources(inputs.sources)
    operations, normalizer = select(document, sources, log, keep_all=keep_all, source=source)
    names = load_names(inputs.names, sources.keep.values())
    reserved = component_names(load_overlay(inputs.overlay))
    given = load_given(inputs.given) if given is None else given
    hoisted = hoist(operations, normalizer, names, reserved=reserved, given=given)
    upstream = hoisted.document
    check_fidelity(operations, upstream, source=source)
    variants = record_variants(document, operations, upstream, sources, keep_all=keep_all, source=source)
    known: Json = {
        **({} if keep_all else {NOT_KEPT: not_kept(document, sources)}),
        **({VARIANTS: variants} if variants else {}),
    }
    return Read(
        upstream={**upstream, **known},
        repairs=log,
        raw=prose,
        content=sha256(content),
        keywords=normalizer.keywords.told(),
        naming=hoisted.naming,
    )


def apply_overlay(said: Read, inputs: BuildInputs, ended: list[Json] | None = None) -> Built:
    """Correct what a raw document says, and validate the result."""
    actions = load_overlay(inputs.overlay)
    sources = load_sources(inputs.sources)
    check_operations(actions, sources.keep.values())
    check_extensions(actions)
    upstream = {key: value for key, value in said.upstream.items() if key not in (VARIANTS, NOT_KEPT)}
    applied = apply_actions(upstream, actions)
    add_parameters(applied.document)
    adopted = adopt_fields(upstream, applied.document)
    attach_methods(applied.document, sources)
    ended = load_deprecations(inputs.deprecations) if ended is None else ended
    if ended:
        applied.document["x-deprecations"] = [{key: one[key] for key in one if key != "source"} for one in ended]
    prune(applied.document, component_names(actions))
    openapi: Json = canonical(applied.document)
    check_valid(openapi, source="openapi.yaml", places=applied.places)
    return Built(said, openapi, (*applied.skipped, *adopted), applied.fulfilled)

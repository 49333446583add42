"""Check: offline, whether what is committed is what the pipeline makes of it, byte for byte."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ..document.hashes import hash_tree, sha256
from ..generate.package import generate
from ..naming.names import load_names
from .lock import makers, read_lock
from .workspace import Workspace, rebuild


def check(workspace: Workspace) -> list[str]:
    """Every difference, as a sentence; empty where all is in order."""
    found = _check_lock(workspace)
    built = rebuild(workspace)
    if not workspace.openapi.exists() or workspace.openapi.read_bytes() != built.openapi_text.encode():
        found.append("openapi/openapi.yaml is not upstream.yaml with the overlay applied; run `make build`")
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "generated"
        generate(built.openapi, load_names(workspace.inputs.names), fresh)
        found += compare_trees(fresh, workspace.generated)
    return found


def _check_lock(workspace: Workspace) -> list[str]:
    lock = read_lock(workspace.lock)
    if lock is None:
        return ["openapi/upstream.lock.json is missing; run `make regenerate`"]
    inputs = workspace.inputs
    files = [
        (workspace.upstream, lock.structure, "it was edited by hand", "regenerate"),
        (inputs.given, lock.given, "it was edited by hand", "regenerate"),
        (inputs.names, lock.names, "upstream.yaml was built with other names", "regenerate"),
        (inputs.sources, lock.sources, "upstream.yaml was built from another selection", "regenerate"),
    ]
    found = [
        f"openapi/{path.name} is not the one that upstream.lock.json names: {reason}; run `make {target}`"
        for path, expected, reason, target in files
        if not path.exists() or sha256(path.read_bytes()) != expected
    ]
    if hash_tree(inputs.overlay) != lock.overlay:
        found.append(
            "openapi/overlay is not the one that upstream.lock.json names: openapi.yaml was built with other "
            "corrections; run `make build generate`"
        )
    present = makers()
    locked = {name: str(getattr(lock, name)) for name in present}
    if present["templates"] != locked["templates"]:
        found.append("the templates are not those that made the client; run `make generate`")
    found += [
        f"the {name} is {present[name]}, and the client was made with {locked[name] or 'another'}; run `make generate`"
        for name in ("generator", "formatter")
        if present[name] != locked[name]
    ]
    if hash_tree(workspace.generated) != lock.tree:
        found.append("generated/ is not the tree that upstream.lock.json names; run `make generate`")
    return found


def compare_trees(expected: Path, actual: Path) -> list[str]:
    """Files that are missing, too many or different in ``actual``, untracked ones included."""
    wanted, present = _files(expected), _files(actual)
    missing = [f"generated/{name} is missing; run `make generate`" for name in sorted(set(wanted) - set(present))]
    extra = [f"generated/{name} is not made by the generator; remove it" for name in sorted(set(present) - set(wanted))]
    changed = [
        f"generated/{name} differs from what is generated; run `make generate`"
        for name in sorted(set(wanted) & set(present))
        if wanted[name].read_bytes() != present[name].read_bytes()
    ]
    return [*missing, *extra, *changed]


def _files(root: Path) -> dict[str, Path]:
    return {
        path.relative_to(root).as_posix(): path
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }

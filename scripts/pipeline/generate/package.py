"""Package: the client package from `openapi.yaml`, in a staging folder that is swapped in when it is whole.

ruff formats it, isolated from any configuration, so that the same input gives the same bytes everywhere.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from ..document.errors import PipelineError
from ..document.tree import Json
from ..naming.names import Names
from .deprecations import write_table
from .generator import run_generator
from .lower.view import lower
from .params import RequestTypes, write_answers, write_params
from .refusals import write_refusals
from .resources import write_resources

PACKAGE = "aimlapi_client"
MANIFEST = "manifest.json"
RUNTIME = Path(__file__).parent / "runtime"
RULES = "E,F401,F811,I,UP,RUF022,RUF100"


def generate(openapi: Json, names: Names, out_dir: Path) -> int:
    """Write the package and its manifest below ``out_dir``; returns the number of files.

    The folder is replaced as a whole at the end: on any error it stays as it was.
    """
    _check_replaceable(out_dir)
    out_dir.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".staging-", dir=out_dir.parent) as staging:
        stage = Path(staging) / "new"
        package = stage / PACKAGE
        stage.mkdir()
        view = lower(openapi, plain=names.plain, aliases=names.aliases)
        run_generator(view, package, PACKAGE)
        (package / "py.typed").write_text("", encoding="utf-8")
        copy_runtime(package)
        types = RequestTypes(openapi, names.open)
        write_resources(openapi, package, types)
        write_table(openapi, package)
        write_refusals(openapi, package)
        write_params(types, package)
        write_answers(types, view["components"]["schemas"].keys() - names.own, package)
        _format(package)
        files = _write_manifest(stage)
        _swap(stage, out_dir, Path(staging) / "old")
    return files


def copy_runtime(package: Path) -> None:
    """The files without anything of the document in them."""
    for file in RUNTIME.glob("*.py"):
        if file.name != "__init__.py":
            shutil.copyfile(file, package / file.name)


def _check_replaceable(out_dir: Path) -> None:
    """The whole folder is replaced: refuse one that holds something else."""
    present = {path.name for path in out_dir.iterdir()} if out_dir.is_dir() else set[str]()
    foreign = present and not present & {MANIFEST, PACKAGE}
    if foreign or (out_dir.exists() and not out_dir.is_dir()):
        raise PipelineError(
            "holds something else than a generated client",
            source=str(out_dir),
            hint="give a new folder with --out-dir",
        )


def _format(package: Path) -> None:
    """Sort imports, drop unused ones and format, with the ruff of this environment and no configuration."""
    check = [
        "check",
        "--fix",
        "--select",
        RULES,
        "--ignore",
        "E501,E741",
        "--config",
        "lint.isort.known-first-party=[]",
    ]
    settings = ["--isolated", "--no-cache", "--quiet", "--target-version", "py311", "--line-length", "110"]
    for command in (check, ["format"]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *settings, str(package)],
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise PipelineError(
                f"ruff {command[0]} finds faults in the generated code: {(result.stdout or result.stderr)[:1500]}",
                hint="a template is at fault",
            )


def _write_manifest(stage: Path) -> int:
    """List every file with its hash, so that a file too many or a changed one is seen."""
    files = {
        path.relative_to(stage).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(stage.rglob("*"))
        if path.is_file()
    }
    manifest = {
        "generator": f"openapi-python-client {version('openapi-python-client')}",
        "formatter": f"ruff {version('ruff')}",
        "files": files,
    }
    (stage / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    return len(files)


def _swap(stage: Path, out_dir: Path, old: Path) -> None:
    if out_dir.exists():
        out_dir.rename(old)
    try:
        stage.rename(out_dir)
    except OSError:
        if old.exists():
            old.rename(out_dir)
        raise
    shutil.rmtree(old, ignore_errors=True)

"""Corpus: every document of a folder through the whole pipeline, in parallel, and a table of what became of each."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from attrs import asdict, frozen

from ..build import BuildInputs, Built, build
from ..document.errors import PipelineError, UsageError
from ..document.escapes import for_markdown
from ..document.tree import METHODS, Json
from ..generate.package import PACKAGE, generate
from ..naming.names import load_names
from ..source.reading import read_bytes

__all__ = ["Result", "documents_in", "run_corpus", "table_of", "to_json", "to_markdown"]

SUFFIXES = {".json", ".yaml", ".yml"}
#: Imports every module of a client and touches every model, as a program of many parts would.
IMPORT_ALL = f"""
import importlib, pathlib
import {PACKAGE}, {PACKAGE}.models as models
[getattr(models, name) for name in models.__all__]
root = pathlib.Path({PACKAGE}.__file__).parent
for path in (root / "api").rglob("*.py"):
    importlib.import_module(".".join(path.relative_to(root.parent).with_suffix("").parts).removesuffix(".__init__"))
"""


@frozen(kw_only=True)
class Result:
    """What became of one document.

    ``stage`` is where it stopped: ``build``, ``generate``, ``import`` or ``mypy``, and "" where all went well.
    ``notes`` names, by pointer, all that was mended and all that was left out. ``size`` is in bytes.
    """

    name: str
    size: int
    seconds: float
    stage: str = ""
    message: str = ""
    operations: int = 0
    shapes: int = 0
    files: int = 0
    notes: tuple[str, ...] = ()


def documents_in(folder: Path) -> list[Path]:
    """The documents below a folder, sorted; raises `PipelineError` where there are none."""
    found = sorted(path for path in folder.rglob("*") if path.suffix.lower() in SUFFIXES and path.is_file())
    if not found:
        raise PipelineError("holds no documents", source=str(folder), hint="a document ends in .json, .yaml or .yml")
    return found


def run_corpus(
    folder: Path,
    inputs: BuildInputs,
    *,
    with_mypy: bool = False,
    jobs: int | None = None,
    seen: Callable[[Result], None] = lambda _result: None,
) -> list[Result]:
    """The results of all documents below ``folder``, by name; ``seen`` is told of each as it is done.

    Each document is built with every operation, generated and imported, and type-checked ``with_mypy``, in ``jobs``
    processes (as many as there are cores). A document that cannot be used is a result like any other.
    """
    paths = documents_in(folder)
    results: list[Result] = []
    # Started afresh and not copied: a copy of a process with threads may hang.
    with ProcessPoolExecutor(jobs or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        waiting = [pool.submit(run_one, path, str(path.relative_to(folder)), inputs, with_mypy) for path in paths]
        for done in as_completed(waiting):
            results.append(done.result())
            seen(results[-1])
    return sorted(results, key=lambda result: result.name)


def run_one(path: Path, name: str, inputs: BuildInputs, with_mypy: bool) -> Result:
    """One document through all stages, in a temporary place."""
    started = time.monotonic()
    stage, message, files = "build", "", 0
    built: Built | None = None
    try:
        built = build(read_bytes(path), inputs, source=name, keep_all=True)
        with tempfile.TemporaryDirectory() as scratch:
            client = Path(scratch) / "generated"
            stage = "generate"
            files = generate(built.openapi, load_names(inputs.names), client)
            for stage, command in _checks(client, with_mypy):
                _run(stage, command, client)
        stage = ""
    except PipelineError as error:
        message = str(error)
    except Exception as error:
        # One document must not end the run of a thousand; what it met is told like any other end.
        message = f"a defect of the pipeline: {type(error).__name__}: {str(error)[:500]}"
    paths: Json = built.openapi["paths"] if built else {}
    return Result(
        name=name,
        size=path.stat().st_size,
        seconds=round(time.monotonic() - started, 1),
        stage=stage,
        message=message,
        operations=sum(method in METHODS for item in paths.values() for method in item),
        shapes=len(built.openapi["components"]["schemas"]) if built else 0,
        files=files,
        notes=tuple(map(str, built.repairs)) if built else (),
    )


def _checks(client: Path, with_mypy: bool) -> Iterator[tuple[str, list[str]]]:
    yield "import", ["-W", "error", "-c", IMPORT_ALL]
    if with_mypy:
        cache = Path(tempfile.gettempdir()) / f"mypy-of-a-corpus-{os.getpid()}"
        options = ["--strict", "--no-error-summary", "--config-file=", f"--cache-dir={cache}"]
        yield "mypy", ["-m", "mypy", *options, str(client / PACKAGE)]


def _run(stage: str, command: list[str], client: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(client), "MYPYPATH": str(client)}
    done = subprocess.run(
        [sys.executable, *command], env=environment, cwd=client, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = (done.stdout + done.stderr).strip()
        raise PipelineError(f"{stage} fails: {said[-1500:]}", hint="a template or the lowering is at fault")


def table_of(path: Path) -> Callable[[Sequence[Result]], str]:
    """How a table is written, by the extension of its file; raises `UsageError` for any that is not known."""
    form = {".md": to_markdown, ".json": to_json}.get(path.suffix.lower())
    if form is None:
        raise UsageError(
            f"--report {path.name}: what kind of table is meant is not known", hint="end it in .md or .json"
        )
    return form


def to_json(results: Sequence[Result]) -> str:
    """The results for machines, all notes included."""
    return json.dumps([asdict(result) for result in results], indent=1, ensure_ascii=False) + "\n"


def to_markdown(results: Sequence[Result]) -> str:
    """The results as a table, and below it what was mended or left out of each document."""
    good = sum(not result.stage for result in results)
    lines = [f"{good} of {len(results)} documents went through all stages.", ""]
    lines += ["| document | KB | operations | shapes | files | notes | seconds | result |"]
    lines += ["| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
    for one in results:
        end = f"**{one.stage}**: {_cell(one.message)}" if one.stage else "good"
        numbers = (one.size // 1024, one.operations, one.shapes, one.files, len(one.notes), one.seconds)
        lines.append(f"| {_cell(one.name)} | {' | '.join(map(str, numbers))} | {end} |")
    for one in results:
        if one.notes:
            lines += ["", f"### {for_markdown(one.name)}", "", *(f"- {for_markdown(note)}" for note in one.notes)]
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    short = " ".join(text.split())[:300]
    # A cell ends at a bar, in code too.
    return for_markdown(short).replace("|", "\\|")

"""The command line of the pipeline: ``python -m scripts.pipeline VERB``.

Exit codes: 0 done, 1 the input could not be used (nothing was changed) or a check failed, 2 wrong usage; `drift`
says 0 for no drift, 10 for additions only, 20 for more than that, and 1 when it could not tell.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TextIO

from .build import Built
from .checkout.check import check
from .checkout.file_lock import exclusive
from .checkout.verify import verify
from .checkout.workspace import Workspace, build_into, generate_into, pull, regenerate, write_all
from .corpus.progress import progress
from .corpus.run import documents_in, run_corpus, table_of
from .document.errors import PipelineError, UsageError
from .document.escapes import for_terminal
from .drift.changes import EXIT
from .drift.follow import find_drift
from .drift.report import Report, form_of

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; returns the exit code."""
    options = _parser().parse_args(arguments)
    workspace = Workspace(options.root)
    try:
        with exclusive(workspace.inputs.sources) if options.changes else nullcontext():
            return int(options.run(workspace, options))
    except UsageError as error:
        _say(f"error: {error}", file=sys.stderr)
        return 2
    except PipelineError as error:
        _say(f"error: {error}", file=sys.stderr)
        return 1


def _pull(workspace: Workspace, options: argparse.Namespace) -> int:
    built = pull(workspace, url=options.url, input_file=options.input, accept=options.accept_keywords)
    if built is None:
        print("unchanged since the last pull")
        return 0
    _report(built)
    print(f"wrote {_relative(workspace, workspace.upstream)} and {_relative(workspace, workspace.lock)}")
    return 0


def _build(workspace: Workspace, options: argparse.Namespace) -> int:
    if options.all and options.input is None:
        raise UsageError("--all needs --input FILE", hint="the committed upstream.yaml holds what was kept")
    if options.input is not None and options.out_dir is None:
        raise UsageError(
            "build --input needs --out-dir DIR", hint="to change the checkout, use `regenerate --input FILE`"
        )
    built, written = build_into(workspace, input_file=options.input, out_dir=options.out_dir, keep_all=options.all)
    _report(built)
    print(f"wrote {', '.join(_relative(workspace, path) for path in written)}")
    return 0


def _generate(workspace: Workspace, options: argparse.Namespace) -> int:
    out_dir: Path = options.out_dir or workspace.generated
    files = generate_into(workspace, input_file=options.input, out_dir=options.out_dir)
    print(f"wrote {files} files to {_relative(workspace, out_dir)}")
    return 0


def _regenerate(workspace: Workspace, options: argparse.Namespace) -> int:
    built, files = regenerate(workspace, url=options.url, input_file=options.input, accept=options.accept_keywords)
    _report(built)
    print(f"wrote the documents and {files} files of the client")
    return _check(workspace, options)


def _check(workspace: Workspace, _options: argparse.Namespace) -> int:
    found = check(workspace)
    for difference in found:
        _say(difference, file=sys.stderr)
    if not found:
        print("what is committed is what the pipeline makes of it")
    return 1 if found else 0


def _drift(workspace: Workspace, options: argparse.Namespace) -> int:
    if options.all and options.base is None:
        raise UsageError("--all needs --base FILE", hint="the committed upstream.yaml holds what was kept")
    wanted: list[Path] = options.report or []
    reports = {path: form_of(path) for path in wanted}
    report = find_drift(
        workspace,
        url=options.url,
        input_file=options.input,
        base=options.base,
        keep_all=options.all,
        with_api=bool(reports) and not options.no_api,
    )
    unchanged = ""
    if report is None:
        # The lock holds what the server confirmed: nothing was read, and nothing can have changed.
        report = Report("the last pull", "the same document", [])
        unchanged = ": the document is unchanged since the last pull"
    write_all({path: form(report) for path, form in reports.items()})
    if options.json:
        print(report.to_json(), end="")
        return EXIT[report.kind]
    for note in report.notes:
        _say(f"note: {note}", file=sys.stderr)
    _say(report.to_text() + unchanged)
    return EXIT[report.kind]


def _corpus(workspace: Workspace, options: argparse.Namespace) -> int:
    report: Path | None = options.report
    form = table_of(report) if report else None
    with progress(len(documents_in(options.folder))) as seen:
        results = run_corpus(options.folder, workspace.inputs, with_mypy=options.mypy, jobs=options.jobs, seen=seen)
    if report and form:
        write_all({report: form(results)})
    bad = [result for result in results if result.stage]
    for result in bad:
        _say(f"{result.name} stopped at {result.stage}: {result.message}")
    print(f"{len(results) - len(bad)} of {len(results)} documents went through all stages")
    return 1 if bad else 0


def _verify(workspace: Workspace, options: argparse.Namespace) -> int:
    return verify(workspace, options.input)


def _say(text: str, *, file: TextIO | None = None) -> None:
    """Print text that may quote a document, line by line; nothing in it is a command of a terminal or a log."""
    print("\n".join(map(for_terminal, text.split("\n"))), file=file)


def _report(built: Built) -> None:
    for line in built.notes:
        _say(f"note: {line}", file=sys.stderr)


def _relative(workspace: Workspace, path: Path) -> str:
    return str(path.relative_to(workspace.root)) if path.is_relative_to(workspace.root) else str(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.pipeline",
        description="From the gateway's public document to the typed client.",
    )
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    def verb(name: str, run: object, text: str, *, changes: bool = False) -> argparse.ArgumentParser:
        added = verbs.add_parser(name, help=text, description=text)
        added.set_defaults(run=run, changes=changes)
        return added

    def origin(added: argparse.ArgumentParser) -> None:
        group = added.add_mutually_exclusive_group()
        group.add_argument("--url", help="fetch from here instead of sources.toml (also: AIMLAPI_SPEC_URL)")
        group.add_argument("--input", type=Path, metavar="FILE", help="read a stored copy instead of fetching")

    def accepting(added: argparse.ArgumentParser) -> None:
        added.add_argument(
            "--accept-keywords",
            action="store_true",
            help="take a document whose schemas use new keywords",
        )

    added = verb("pull", _pull, "fetch the document and write upstream.yaml and its lock", changes=True)
    origin(added)
    accepting(added)
    added = verb("build", _build, "apply the overlay, or build both documents from a raw one", changes=True)
    added.add_argument("--input", type=Path, metavar="FILE", help="a raw document; needs --out-dir")
    added.add_argument("--out-dir", type=Path, metavar="DIR", help="where the results go")
    added.add_argument("--all", action="store_true", help="keep every operation of the document")
    added = verb("generate", _generate, "generate the client from openapi.yaml", changes=True)
    added.add_argument("--input", type=Path, metavar="FILE", help="another built document")
    added.add_argument("--out-dir", type=Path, metavar="DIR", help="another folder than generated/")
    added = verb("regenerate", _regenerate, "pull, build, generate and check in one", changes=True)
    origin(added)
    accepting(added)
    added = verb("drift", _drift, "compare the committed document with a fresh one, and change nothing")
    origin(added)
    added.add_argument(
        "--base", type=Path, metavar="FILE", help="a raw document to compare with, not the committed one"
    )
    added.add_argument("--all", action="store_true", help="every operation, not only those that are kept (with --base)")
    added.add_argument("--json", action="store_true", help="print the changes as JSON")
    added.add_argument(
        "--report",
        type=Path,
        metavar="FILE",
        action="append",
        help="write a report: .md for a pull request, .html for a browser, .json; may be given again",
    )
    added.add_argument("--no-api", action="store_true", help="leave the effect on the Python API out of the report")
    added = verb("corpus", _corpus, "build, generate and import every document of a folder, with every operation")
    added.add_argument("folder", type=Path, metavar="DIR", help="a folder of raw documents")
    added.add_argument("--mypy", action="store_true", help="type-check each client too")
    added.add_argument("--jobs", type=int, metavar="N", help="processes at a time (as many as there are cores)")
    added.add_argument("--report", type=Path, metavar="FILE", help="write a table of the results: .md or .json")
    verb("check", _check, "compare what is committed with what the pipeline makes of it, offline")
    added = verb("verify", _verify, "run the hand-written package's tests on a client made from another document")
    added.add_argument("--input", type=Path, metavar="FILE", required=True, help="a raw document")
    return parser

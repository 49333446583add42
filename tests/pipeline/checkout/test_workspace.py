"""The verbs: what they write, what they say, and that a failure changes nothing."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.checkout import verify as verify_module
from scripts.pipeline.checkout.check import check
from scripts.pipeline.checkout.workspace import Workspace
from scripts.pipeline.cli import ROOT, main
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.source.reading import parse_mapping

from ..support.documents import ORDERS, as_json, as_yaml, build_inputs, document, operation, record, text

REQUEST = record("state", state=text("open", "closed"))
RESPONSE = record("total", total={"type": "integer"})
KEEP = {f"POST {ORDERS}": "create_order"}


def orders(**properties: Any) -> bytes:
    """A document with one operation whose request has further properties."""
    request = {**REQUEST, "properties": {**REQUEST["properties"], **properties}}
    return as_yaml(document({ORDERS: {"post": operation(body=request, response=RESPONSE)}}))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout whose documents and client were made by `regenerate`."""
    root = tmp_path_factory.mktemp("checkout")
    build_inputs(root / "openapi", keep=KEEP)
    (root / "orders.yaml").write_bytes(orders())
    assert main(["--root", str(root), "regenerate", "--input", str(root / "orders.yaml")]) == 0
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    """A copy of that checkout, for one test."""
    return Path(shutil.copytree(made, tmp_path / "checkout"))


def run(root: Path, *arguments: str | Path) -> int:
    """One verb in a checkout."""
    return main(["--root", str(root), *map(str, arguments)])


def tree(root: Path) -> dict[str, bytes]:
    """Every file below a folder with its bytes."""
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_regenerate_makes_everything(root: Path) -> None:
    """A regenerate leaves the documents, the lock, the client and its manifest, and nothing else."""
    names = {name for name in tree(root) if not name.startswith("generated/aimlapi_client/")}
    assert names == {
        "openapi/sources.toml",
        "openapi/names.toml",
        "openapi/names.lock.json",
        "openapi/overlay/orders.yaml",
        "openapi/upstream.yaml",
        "openapi/upstream.lock.json",
        "openapi/openapi.yaml",
        "generated/manifest.json",
        "orders.yaml",
    }
    assert (root / "generated/aimlapi_client/api/orders/create_order.py").exists()


def test_regenerate_twice(root: Path) -> None:
    """A second regenerate from the same document changes no byte."""
    before = tree(root)
    assert run(root, "regenerate", "--input", root / "orders.yaml") == 0
    assert run(root, "generate") == 0
    assert run(root, "build") == 0
    assert tree(root) == before


def test_stale_files_go(root: Path) -> None:
    """What the document no longer has leaves the client too."""
    renamed = as_yaml(document({ORDERS: {"post": operation(body=record(other=record(a=text())), response=RESPONSE)}}))
    (root / "orders.yaml").write_bytes(renamed)
    (root / "generated/aimlapi_client/models/stale.py").write_text("")
    assert run(root, "regenerate", "--input", root / "orders.yaml") == 0
    assert not (root / "generated/aimlapi_client/models/stale.py").exists()
    assert (root / "generated/aimlapi_client/models/other_param.py").exists()


def test_check_is_clean(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Right after a regenerate there is nothing to complain of."""
    assert run(root, "check") == 0
    assert "is what the pipeline makes" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("openapi/upstream.yaml", "upstream.yaml is not the one that upstream.lock.json names: it was edited by hand"),
        ("openapi/names.toml", "names.toml is not the one that upstream.lock.json names"),
        ("openapi/sources.toml", "sources.toml is not the one that upstream.lock.json names"),
        ("openapi/openapi.yaml", "openapi.yaml is not upstream.yaml with the overlay applied"),
        ("generated/aimlapi_client/types.py", "generated/aimlapi_client/types.py differs"),
        ("generated/aimlapi_client/untracked.py", "generated/aimlapi_client/untracked.py is not made by the generator"),
    ],
)
def test_check_names_what_was_touched(root: Path, capsys: pytest.CaptureFixture[str], path: str, message: str) -> None:
    """Any file that was edited or added by hand is named."""
    with (root / path).open("a") as file:
        file.write("# touched\n")
    assert run(root, "check") == 1
    assert message in capsys.readouterr().err


def test_check_names_what_is_missing(root: Path) -> None:
    """A file that was removed is named."""
    (root / "generated/aimlapi_client/types.py").unlink()
    (root / "openapi/openapi.yaml").unlink()
    (root / "openapi/upstream.lock.json").unlink()
    assert check(Workspace(root)) == [
        "openapi/upstream.lock.json is missing; run `make regenerate`",
        "openapi/openapi.yaml is not upstream.yaml with the overlay applied; run `make build`",
        "generated/aimlapi_client/types.py is missing; run `make generate`",
    ]


@pytest.mark.parametrize(
    "verb", [["check"], ["pull", "--input", "orders.yaml"], ["regenerate", "--input", "orders.yaml"]]
)
def test_broken_lock(root: Path, capsys: pytest.CaptureFixture[str], verb: list[str]) -> None:
    """A lock that is none is an error that says what to do, and nothing is changed before it is noticed."""
    (root / "openapi/upstream.lock.json").write_text("{}")
    (root / "orders.yaml").write_bytes(orders(colour=text()))
    before = tree(root)
    assert run(root, *(root / part if part.endswith(".yaml") else part for part in verb)) == 1
    said = capsys.readouterr().err
    assert "is not a lock of this pipeline" in said
    assert "delete it and run `make regenerate`" in said
    assert tree(root) == before


def test_check_compares_bytes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Other line ends are another file, even where the text is the same."""
    path = root / "openapi/openapi.yaml"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert run(root, "check") == 1
    assert "openapi.yaml is not upstream.yaml with the overlay applied" in capsys.readouterr().err


@pytest.mark.parametrize("verb", ["pull", "regenerate", "drift"])
@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"<html>Log in</html>", "is HTML or XML"),
        (b"", "is empty"),
        (orders()[:-100], "cut off"),
        (as_json(document())[:-20], "is not valid JSON"),
        (b'{"swagger": "2.0"}', "is not an OpenAPI 3 document"),
        (as_yaml(document()), "holds none of the operations"),
        (orders(bad={"$ref": "#/components/schemas/Nowhere"}), "leads nowhere"),
    ],
)
def test_failures_change_nothing(
    root: Path, capsys: pytest.CaptureFixture[str], verb: str, raw: bytes, message: str
) -> None:
    """A document that cannot be used leads to exit code 1, a message with the file, and an untouched tree."""
    broken = root / "orders.yaml"
    broken.write_bytes(raw)
    before = tree(root)
    assert run(root, verb, "--input", broken) == 1
    said = capsys.readouterr().err
    assert message in said
    assert "orders.yaml" in said
    assert "what to do:" in said
    assert tree(root) == before


def test_failing_generator_changes_nothing(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the last step fails, the earlier ones are not half there."""

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("scripts.pipeline.generate.package._write_manifest", fail)
    (root / "orders.yaml").write_bytes(orders(colour=text()))
    before = tree(root)
    with pytest.raises(OSError, match="disk full"):
        run(root, "regenerate", "--input", root / "orders.yaml")
    assert tree(root) == before


def test_missing_file(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not there is named."""
    assert run(root, "pull", "--input", root / "nowhere.yaml") == 1
    assert "nowhere.yaml: cannot be read" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("change", "code", "line"),
    [
        ({}, 0, "no drift"),
        ({"colour": text()}, 10, "+ additive create_order request: property added to CreateOrderParams: colour"),
        ({"state": text("open", "closed", "lost")}, 10, "+ additive"),
        ({"state": text("open")}, 20, "breaking"),
        ({"state": {"type": "integer"}}, 20, "breaking"),
    ],
)
def test_drift(root: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any], code: int, line: str) -> None:
    """Drift says what changed and how bad it is, and changes nothing."""
    fresh = root / "fresh.yaml"
    fresh.write_bytes(orders(**change))
    before = tree(root)
    assert run(root, "drift", "--input", fresh) == code
    assert line in capsys.readouterr().out
    assert tree(root) == before


def test_new_requirement_is_breaking(root: Path) -> None:
    """A field that becomes required is no addition."""
    request = {**REQUEST, "properties": {**REQUEST["properties"], "colour": text()}, "required": ["state", "colour"]}
    fresh = root / "fresh.yaml"
    fresh.write_bytes(as_yaml(document({ORDERS: {"post": operation(body=request, response=RESPONSE)}})))
    assert run(root, "drift", "--input", fresh) == 20


def test_build_elsewhere(root: Path) -> None:
    """A raw document is built into another folder, and the checkout stays as it was."""
    before = tree(root)
    assert run(root, "build", "--all", "--input", root / "orders.yaml", "--out-dir", root.parent / "out") == 0
    assert set(tree(root.parent / "out")) == {"names.lock.json", "openapi.yaml", "upstream.yaml"}
    assert run(root, "generate", "--input", root.parent / "out/openapi.yaml", "--out-dir", root.parent / "client") == 0
    assert (root.parent / "client/aimlapi_client/__init__.py").exists()
    assert tree(root) == before


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["build", "--all"], 2, "--all needs --input FILE"),
        (["build", "--input", "orders.yaml"], 2, "build --input needs --out-dir DIR"),
        (["generate", "--input", "openapi/overlay/orders.yaml"], 1, "is no built document"),
        (["drift", "--all", "--input", "orders.yaml"], 2, "--all needs --base FILE"),
        (["drift", "--input", "orders.yaml", "--report", "report.pdf"], 2, "end its name in .md, .html or .json"),
        (["corpus", "openapi", "--report", "table.html"], 2, "end it in .md or .json"),
    ],
)
def test_incomplete_orders(
    root: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    """An order that lacks something says what."""
    placed = [str(root / part) if part.endswith(".yaml") else part for part in arguments]
    assert run(root, *placed) == code
    assert message in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [[], ["fly"], ["pull", "--input", "a", "--url", "b"], ["verify"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong command line is exit code 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_notes_say_what_was_done(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Repairs are named on standard error, by pointer."""
    raw = document({ORDERS: {"post": operation(body=REQUEST), "get": operation()}})
    del raw["paths"][ORDERS]["post"]["responses"]["200"]["description"]
    (root / "orders.yaml").write_bytes(as_json(raw))
    assert run(root, "pull", "--input", root / "orders.yaml") == 0
    said = capsys.readouterr().err
    assert "note: /paths/~1v1~1orders/post/responses/200: a response needs a description" in said
    assert "note: /paths/~1v1~1orders/get: not kept (sources.toml)" in said


@pytest.fixture
def suite(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite of one test for `verify`, to be written."""
    folder = root / "suite"
    folder.mkdir()
    monkeypatch.setattr(verify_module, "SUITES", (str(folder),))
    monkeypatch.setattr(verify_module, "OPTIONS", ("-q", "-p", "no:cacheprovider"))
    return folder / "test_client.py"


@pytest.mark.slow
def test_verify_runs_the_suite_on_that_client(root: Path, suite: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Verify builds a client from the document and runs the suite with it."""
    suite.write_text(
        "import os, pathlib, aimlapi_client\n"
        "def test_client():\n"
        "    assert pathlib.Path(aimlapi_client.__file__).is_relative_to(os.environ['AIMLAPI_CLIENT'])\n"
        "    assert 'create_order' in pathlib.Path(os.environ['AIMLAPI_DOCUMENT']).read_text()\n"
    )
    assert run(root, "verify", "--input", root / "orders.yaml") == 0
    assert "1 passed" in capfd.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize(
    "source",
    ["def test_client():\n    assert False\n", "import nothing_of_that_name\n", "def test_client(:\n", ""],
    ids=["fails", "cannot be imported", "cannot be read", "holds no test"],
)
def test_verify_says_1_for_whatever_fails(root: Path, suite: Path, source: str) -> None:
    """Also where pytest says 2 or 5: here 2 is a wrong command line."""
    suite.write_text(source)
    assert run(root, "verify", "--input", root / "orders.yaml") == 1


def test_what_verify_leaves_out_is_there() -> None:
    """A module that was renamed would be run again."""
    assert [path for path in verify_module.LEFT_OUT if not (ROOT / path).is_file()] == []


def test_edited_upstream_is_what_is_built(root: Path) -> None:
    """`build` without an input reads the committed upstream.yaml."""
    upstream = parse_mapping((root / "openapi/upstream.yaml").read_bytes(), source="upstream.yaml")
    upstream["components"]["schemas"]["CreateOrderParams"]["properties"]["added"] = {"type": "string"}
    (root / "openapi/upstream.yaml").write_text(dump_yaml(upstream), encoding="utf-8")
    assert run(root, "build") == 0
    assert "added" in (root / "openapi/openapi.yaml").read_text(encoding="utf-8")

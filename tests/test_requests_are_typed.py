"""Requests are typed as the document has them: what type checkers accept and refuse, and how they say it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import aimlapi_client.answers
import aimlapi_client.params
import aimlapi_messages
from aimlapi_messages import types
from scripts.pipeline.generate.package import generate
from scripts.pipeline.naming.names import load_names
from scripts.pipeline.source.reading import read_document

ROOT = Path(__file__).resolve().parents[1]
USES = ROOT / "tests" / "typing_errors" / "uses.py"
BIN = Path(sys.executable).parent

#: What a checker says, by line.
Said = dict[int, str]
Check = Callable[..., Said]


def mypy(file: Path, *options: str, **environment: str) -> Said:
    """The errors of mypy, strict."""
    command = [sys.executable, "-m", "mypy", "--no-error-summary", "--no-pretty", "--hide-error-context", *options]
    done = subprocess.run(
        [*command, str(file)], cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    assert not done.stderr
    said: Said = {}
    for line, message in re.findall(r":(\d+): error: (.*)", done.stdout):
        said[int(line)] = said.get(int(line), "") + message + "\n"
    return said


def pyright(file: Path, *options: str) -> Said:
    """The errors of pyright, strict."""
    command = [str(BIN / "pyright"), "--outputjson", "--pythonpath", sys.executable, *options]
    done = subprocess.run([*command, str(file)], cwd=ROOT, capture_output=True, text=True, check=False)
    said: Said = {}
    for one in json.loads(done.stdout)["generalDiagnostics"]:
        line = one["range"]["start"]["line"] + 1
        said[line] = said.get(line, "") + one["message"] + "\n"
    return said


def wanted(checker: str) -> Said:
    """The words that a checker has to say, by the lines of the wrong uses: they stand above."""
    lines = enumerate(USES.read_text(encoding="utf-8").splitlines(), 2)
    found = {below: re.search(rf"^ *# expect .*?\b{checker}: (.+?)(?:, pyright: .*)?$", line) for below, line in lines}
    return {below: match[1] for below, match in found.items() if match}


@pytest.mark.parametrize("check", [mypy, pyright])
def test_wrong_uses_are_refused_in_words_that_help(check: Check) -> None:
    """Each wrong line, and no other; the message names what is wrong."""
    said, words = check(USES), wanted(check.__name__)
    assert said.keys() == words.keys()
    assert {line: word for line, word in words.items() if word not in said[line]} == {}


@pytest.fixture(scope="module")
def gained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client made from a document that has gained a member of the request, limited to some values."""
    openapi = read_document(ROOT / "openapi" / "openapi.yaml")
    schema: dict[str, Any] = openapi["components"]["schemas"]["CreateMessageParams"]
    schema["properties"]["verbosity"] = {"type": "string", "enum": ["high", "low", "medium"]}
    folder = tmp_path_factory.mktemp("gained")
    generate(openapi, load_names(ROOT / "openapi" / "names.toml"), folder / "generated")
    (folder / "pyrightconfig.json").write_text(
        json.dumps({"typeCheckingMode": "strict", "extraPaths": [str(folder / "generated"), str(ROOT)]}),
        encoding="utf-8",
    )
    (folder / "uses.py").write_text(
        "from aimlapi_messages import AIMLAPI\n"
        "def use(client: AIMLAPI) -> None:\n"
        "    client.messages.create(model='m', messages='Hi', verbosity='low')\n"
        "    client.messages.stream(model='m', messages='Hi', verbosity=None)\n"
        "    client.messages.parse(model='m', messages='Hi', output=int, verbosity='high')\n"
        "    client.messages.tool_runner(model='m', messages='Hi', tools=[], verbosity='low')\n"
        "    client.messages.batches.create(\n"
        "        requests=[{'custom_id': 'a', 'params': {'model': 'm', 'messages': 'Hi', 'verbosity': 'low'}}]\n"
        "    )\n"
        "    client.messages.create(model='m', messages='Hi', verbosity='lowest')\n"
        "    client.messages.stream(model='m', messages='Hi', verbosity='lowest')\n",
        encoding="utf-8",
    )
    return folder


@pytest.mark.slow
def test_gained_member_is_an_argument_for_mypy(gained: Path) -> None:
    """One of its values is accepted, another refused; nothing was written by hand."""
    options = ("--strict", "--config-file=", f"--cache-dir={gained / 'cache'}")
    said = mypy(gained / "uses.py", *options, MYPYPATH=f"{gained / 'generated'}:{ROOT}")
    assert said.keys() == {10, 11}
    assert '"verbosity"' in said[11]


@pytest.mark.slow
def test_gained_member_is_an_argument_for_pyright(gained: Path) -> None:
    """As for mypy."""
    done = subprocess.run(
        [str(BIN / "pyright"), "--outputjson", "--pythonpath", sys.executable, "-p", str(gained)],
        capture_output=True,
        text=True,
        check=False,
    )
    found = json.loads(done.stdout)["generalDiagnostics"]
    said = [(one["range"]["start"]["line"] + 1, one["message"]) for one in found if one["file"].endswith("uses.py")]
    assert {line for line, _ in said} == {10, 11}
    assert all(any('"verbosity"' in message for number, message in said if number == line) for line in (10, 11))


def test_gained_member_is_sent(gained: Path) -> None:
    """It stands in the body, and is what a misspelt argument may have meant."""
    program = (
        "import httpx\n"
        "from aimlapi_messages import AIMLAPI\n"
        "def answer(request):\n"
        "    print(request.content.decode())\n"
        "    return httpx.Response(400)\n"
        "http = httpx.Client(transport=httpx.MockTransport(answer))\n"
        "client = AIMLAPI(api_key='k', http_client=http, max_retries=0)\n"
        "for name in ('verbosity', 'verbosty'):\n"
        "    try:\n"
        "        client.messages.create(model='m', messages='Hi', **{name: 'low'})\n"
        "    except Exception as error:\n"
        "        print(error)\n"
    )
    environment = {**os.environ, "PYTHONPATH": f"{gained / 'generated'}:{ROOT}"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert '"verbosity":"low"' in done.stdout
    assert "Did you mean 'verbosity'?" in done.stdout


# --- the door


def test_every_name_of_the_door_is_there() -> None:
    """Shapes of requests, models of answers, and what the package has itself; `dir` and `*` list them."""
    assert dir(types) == types.__all__
    assert {*aimlapi_client.params.__all__, *aimlapi_client.answers.__all__} < set(types.__all__)
    assert [name for name in types.__all__ if getattr(types, name, None) is None] == []


def test_own_classes_are_the_package_s() -> None:
    """A name of the package is the same at both doors."""
    assert {name for name in types._OWN if getattr(types, name) is not getattr(aimlapi_messages, name)} == set()
    assert set(types._OWN) & {*aimlapi_client.params.__all__, *aimlapi_client.answers.__all__} == set()


def test_answers_and_requests_are_told_apart() -> None:
    """No name is both."""
    assert set(aimlapi_client.params.__all__) & set(aimlapi_client.answers.__all__) == set()


def test_name_that_the_document_lacks_is_an_attribute_error() -> None:
    """As with any module."""
    with pytest.raises(AttributeError, match="no attribute 'MessageParm'"):
        _ = types.MessageParm


def test_a_call_makes_no_typed_dicts() -> None:
    """To make them takes time, and nothing needs them to send a request."""
    program = (
        "import sys, httpx\n"
        "from aimlapi_messages import AIMLAPI\n"
        "http = httpx.Client(transport=httpx.MockTransport(lambda request: httpx.Response(400)))\n"
        "client = AIMLAPI(api_key='k', http_client=http, max_retries=0)\n"
        "try:\n"
        "    client.messages.create(model='m', messages='Hi', temperature=1)\n"
        "except Exception as error:\n"
        "    print(type(error).__name__)\n"
        "print([name for name in sys.modules if name.endswith(('.params', '.options'))])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["BadRequestError", "[]"]


@pytest.mark.slow
@pytest.mark.parametrize("package", ["aimlapi_client", "aimlapi_messages"])
def test_packages_are_typed_to_the_last_name(tmp_path: Path, package: str) -> None:
    """Pyright knows the type of everything that they give to the outside; the generated one stands alone."""
    site = tmp_path / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path)], check=True)
    installed = [ROOT / "generated" / "aimlapi_client", ROOT / "aimlapi_messages"]
    for folder in installed[: 1 + installed.index(next(one for one in installed if one.name == package))]:
        (site / folder.name).mkdir(parents=True)
        for one in folder.iterdir():
            if one.name != "integrations":  # of frameworks: `make test-integrations` checks them
                (site / folder.name / one.name).symlink_to(one)
    needs = ("attr", "attrs", "httpcore", "httpcore2", "httpx", "httpx2", "dateutil", "aiohttp", "anyio", "starlette")
    for needed in (*needs, "uvicorn"):
        (site / needed).symlink_to(Path(__import__(needed).__file__ or "").parent)
    environment = {**os.environ, "VIRTUAL_ENV": str(tmp_path), "PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}
    command = [str(BIN / "pyright"), "--ignoreexternal", "--verifytypes", package]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "Type completeness score: 100%" in done.stdout

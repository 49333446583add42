"""Prose is harmless: whatever a description holds, it is text in a docstring, and the client is as without it."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from scripts.pipeline.generate.package import PACKAGE
from scripts.pipeline.generate.prose import docstring, entry, paragraph

from ..support.clients import client, method, run
from ..support.documents import Json, correction, operation, parameter, record, tagged, text

HOSTILE = {
    "a quote at the end": 'ends in "',
    "two quotes at the end": 'ends in ""',
    "a quote alone": '"',
    "a docstring's end": 'a """ b',
    "only quotes": '"' * 81,
    "a backslash before a quote": 'ends in \\"',
    "a backslash at the end": "ends in \\",
    "only backslashes": "\\" * 81,
    "an escape": "\\N{BULLET} \\x41 \\u0041 \\",
    "half an escape": "\\N{ \\x4 \\U00",
    "a template": "{{ 7 * 7 }} {% raw %} {# gone #} {0} %(x)s ${HOME}",
    "marks for tools": "# noqa # type" + ": ignore # fmt: off",
    "control characters": "a\x00b\x07c\x1b[31md\x7fe",
    "line ends": "a\rb\x0bc\x0cd\x1ce\x85f\u2028g\u2029h\ni",
    "tabs": "\ta\t\tb",
    "blank lines": "\n\na\n\n\n  b\n",
    "marks of direction": "a\u202eb\u2066c\ufeff",
    "other scripts": "日本 é e\u0301 👍 \U000e0001",
    "code": '"); import os; os.abort(); ("',
    "a very long word": "x" * 300,
    "a long line of quotes": '"x" ' * 80,
    "nothing": " ",
    "a long text": "word " * 2_000,
}


def shown(words: str) -> list[str]:
    """The words that are seen of a text."""
    return "".join(letter if letter.isprintable() else " " for letter in words).split()


@given(st.text(st.sampled_from("\"\\ '\nax{}\t\u202e")) | st.text())
def test_any_text_is_itself_in_a_docstring(words: str) -> None:
    """Word for word, as a paragraph, as an entry, and beside others."""
    value: str = ast.literal_eval(docstring([paragraph(words), entry("name", words), paragraph(words)]))
    assert value.split() == [*shown(words), "name:", *shown(words), *shown(words)]


def test_a_megabyte_is_text_too() -> None:
    """In seconds."""
    assert ast.literal_eval(docstring([paragraph('word" ' * 200_000)])).split() == ['word"'] * 200_000


def described(index: int, words: str) -> Json:
    """The correction that describes the shapes of an operation, and a property of each, with these words."""
    update = {"description": words, "properties": {f"n{index}": {"description": words}}}
    target = f"$.components.schemas[?@.properties.n{index}]"
    return {"target": target, "description": "A reason", "x-source": "a test", "update": update}


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A client in which every text stands at every place that prose can have, with an operation for each."""
    paths: Json = {}
    keep: Json = {}
    actions: list[Json] = []
    for index, words in enumerate(HOSTILE.values()):
        name, own = f"send_{index}", f"n{index}"
        inner = record(own, **{own: text(), "at": {"type": "string", "format": "date-time"}})
        variants = {"oneOf": [tagged("a", **{own: text()}), tagged("b", **{own: text()}, m=text())]}
        shape = record(own, **{own: text("new", "old"), "inner": inner, "either": variants})
        paths[f"/v1/{name}"] = {"post": operation(body=shape, response=shape, parameters=[parameter("q")])}
        keep[f"POST /v1/{name}"] = method(name, f"r{index}.send")
        said: Json = {"summary": words, "description": words, "x-parameters": {"q": {"description": words}}}
        actions += [correction(name, **said), described(index, words)]
    said = {f"r{index}": words for index, words in enumerate(HOSTILE.values())}
    actions.append({**actions[-1], "target": "$", "update": {"x-resources": said}})
    return client(tmp_path_factory.mktemp("hostile"), paths, keep, *actions)


def test_every_place_has_the_words_of_the_document(hostile: Path) -> None:
    """Operations, resources, methods, models with their attributes, and typed dicts; each as often as it is there."""
    for index, words in enumerate(HOSTILE.values()):
        expected = " ".join(shown(words))
        files = [*hostile.rglob(f"send_{index}.py"), *hostile.rglob(f"r{index}.py")]
        models = [path for path in hostile.rglob("models/*.py") if f"n{index}:" in path.read_text(encoding="utf-8")]
        assert len(files) == 2
        assert len(models) == 8
        for path in [*files, *models]:
            nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            documented = (ast.AsyncFunctionDef, ast.ClassDef, ast.FunctionDef)
            said = [ast.get_docstring(node) or "" for node in nodes if isinstance(node, documented)]
            assert any(expected in " ".join(each.split()) for each in said)


def test_the_client_is_as_without_them(hostile: Path) -> None:
    """It is imported without a warning, and what it sends and reads goes through."""
    program = """
import aimlapi_client.models as models, aimlapi_client.params, aimlapi_client.resources
[getattr(models, name) for name in models.__all__]
made = []
for index in range(arguments := len(answers)):
    value = {f"n{index}": "new", "inner": {f"n{index}": "x"}, "either": {"type": "b", "m": "1"}}
    answers[:] = [value]
    [request], got = both(lambda client: getattr(client, f"r{index}").send(**value))
    made.append([request[2], got] == [value, value])
print(json.dumps(made))
"""
    assert run(hostile, program, *HOSTILE) == [True] * len(HOSTILE)


@pytest.mark.slow
def test_type_checkers_read_it(hostile: Path) -> None:
    """A strict mypy finds no fault in the client."""
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir=/dev/null"]
    done = subprocess.run([*command, str(hostile / PACKAGE)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout[-2000:]

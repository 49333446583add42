"""All forms of a report say the same in the same order, and none of them obeys a text of the document."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import asdict
from hypothesis import given, strategies as st
from markdown_it.token import Token

from scripts.pipeline.cli import main
from scripts.pipeline.document.escapes import for_terminal
from scripts.pipeline.drift.changes import Change
from scripts.pipeline.drift.compare import compare
from scripts.pipeline.drift.python_effect import ApiChange
from scripts.pipeline.drift.report import Report

from ..support.real import DATED, ROOT, SHARED, kept
from ..support.reports import Page, as_one, of_markdown, of_page, of_text, tokens

HOSTILE = {
    "a tag": "<script>alert(1)</script>",
    "the end of an element": "</code></pre></li></ul><h1>owned</h1>",
    "an attribute": '" onmouseover="alert(1)" x="',
    "an attribute in other quotes": "' autofocus onfocus='alert(1)",
    "an entity": "&lt;img src=x onerror=alert(1)&gt;",
    "a template": "{{ report.notes }}{% raw %}",
    "the end of a style": "</style><style>body{display:none}",
    "a comment": "<!-- hidden --> <!--",
    "a backtick": "a`b",
    "backticks": "```\n# owned\n```",
    "a longer fence": "`````\n\n# owned\n\n`````",
    "backticks at the ends": "`a`",
    "spaces at the ends": "  a  ",
    "a pipe": "a | b || c",
    "a link": "[click](https://example.com 'x')",
    "a picture": "![x](https://example.com/x.png)",
    "an address": "https://example.com/?a=1&b=2",
    "an address in brackets": "<https://example.com>",
    "a mention": "@octocat @org/team",
    "a reference": "fixes #1, GH-2, owner/repo#3",
    "emphasis": "**a** __b__ ~~c~~ *d*",
    "a word of emphasis": "_a_",
    "a heading": "a\n# owned\n\nowned\n=====\n",
    "a list": "a\n- [x] owned\n1. owned",
    "a definition": "a\n\n[x]: https://example.com",
    "a formula": "$`a`$ $$b$$",
    "a backslash": "a\\`b\\",
    "a workflow command": "a\n::error file=x::owned",
    "a workflow command at the start": "::set-output name=code::0",
    "a workflow command after spaces": "\n \t ::stop-commands::x",
    "an old workflow command": "a ##[add-mask]b ##[error]c",
    "an encoded line": "a%0A::error::b",
    "a carriage return": "a\r::error::b\rowned",
    "separators of lines": "a\x85b\u2028c\u2029d\x0be\x0cf",
    "an escape sequence": "\x1b[2J\x1b]0;owned\x07\x1b[31m",
    "a C1 control": "\x9b31mred",
    "other controls": "a\x00b\x08c\x7fd",
    "directions": "user\u202egnp.exe\u2066x\u2069",
    "what is not seen": "a\u200bb\u200dc\ufeffd\u00ade",
    "half a pair": "a\ud800b",
    "no space to break at": "a\u00a0b",
    "a tag of digits and signs": "</3 <0> a<b>c",
}


def report_of(text: str, note: str = "") -> Report:
    """A report with a text in every place that can hold one."""
    return Report(
        before=text,
        after=text,
        changes=[
            Change((text,), "", "", "operation removed", "breaking", text),
            Change(
                (text, f"{text}2"), "request", f"{text}Param", "values removed", "breaking", [text, "b"], None, (text,)
            ),
            Change((text,), "request", "A.b", f"{text} changed", "additive", text, {text: [text]}),
            Change((text,), "response", f"{text}.{text}", "property added", "additive", None, text),
            Change((text,), "", text, "text changed", "docs", text * 70, text * 80),
        ],
        api=[
            ApiChange(f"models.{text}", "added", False),
            ApiChange(f"models.{text}2", "public object was removed", True),
        ],
        notes=[note or text],
        release="0.2.0",
    )


HARMLESS = report_of("x-y")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_page_shows_it(text: str) -> None:
    """The page has the elements and attributes that it has for any text, and shows this one."""
    page, plain = Page(report_of(text).to_html()), Page(HARMLESS.to_html())
    assert page.tags == plain.tags
    assert page.text.isprintable() or page.text.replace("\n", "").isprintable()
    assert page.text.count(shown(text).replace("\\n", "\n")) >= 12


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_pull_request_shows_it(text: str) -> None:
    """All of it stands in code, where no sign counts; the blocks are those of any text with as many lines."""
    note = "\n".join("x-y" for line in text.split("\n") if line.strip())
    parts, plain = (tokens(one.to_markdown()) for one in (report_of(text), report_of("x-y", note)))
    assert [part.type for part in parts] == [part.type for part in plain]
    outside = [
        (part.content, part.markup, part.info) for part in parts if part.type not in ("code_inline", "inline", "fence")
    ]
    assert [(said, info) for said, _, info in outside] == [
        (part.content, part.info) for part in plain if part.type not in ("code_inline", "inline", "fence")
    ]
    assert sum(shown(text) in part.content for part in parts if part.type == "code_inline") >= 12
    (entry,), (other,) = ([part.content for part in some if part.type == "fence"] for some in (parts, plain))
    assert outside_code(tokens(entry)) == outside_code(tokens(other))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_the_terminal_shows_it(text: str) -> None:
    """A line for each entry, each of signs that are seen, and no command of a log."""
    lines = report_of(text).to_text().split("\n")
    assert len(lines) == len(HARMLESS.to_text().split("\n"))
    assert all(line.isprintable() and "##[" not in line and not line.lstrip().startswith("::") for line in lines)
    assert sum(shown(text).replace("##[", "#\\x23[") in line for line in lines) >= 6


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_json_holds_it(text: str) -> None:
    """The text comes back as it was, and until then it is plain ASCII in one line."""
    report = report_of(text)
    said = report.to_json()
    assert said.isascii()
    assert said.replace("\n", "").isprintable()
    assert "##[" not in said
    assert len(said.splitlines()) == len(HARMLESS.to_json().splitlines())
    read = json.loads(said)
    assert read["before"] == text
    assert read["changes"][0] == json.loads(json.dumps(asdict(report.changes[0])))


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_all_forms_say_it_alike(text: str) -> None:
    """The class, the owner and the sentence of each entry are the same in all forms."""
    check_same(report_of(text))


def outside_code(parts: list[Token]) -> list[tuple[str, str]]:
    """What Markdown would obey, where it held a text of the document."""
    return [(part.content, part.info) for part in parts if part.type not in ("code_inline", "inline", "fence")]


def shown(text: str) -> str:
    """A text as Python shows the characters that are not seen."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def check_same(report: Report) -> None:
    """Every form, read back, says the same lines in the same order; JSON holds the changes in that order."""
    page, markdown, terminal = (
        of_page(report.to_html()),
        of_markdown(report.to_markdown()),
        of_text(report.to_text()),
    )
    cut = "stands in the HTML report" in report.to_markdown()
    assert markdown == (page[: len(markdown)] if cut else page)
    assert [(kind, "", for_terminal(f"+ {said}")[2:]) for kind, _, said in as_one(page)] == terminal
    told = [
        change
        for section in report.sections
        for group in section.groups
        for one in group.entries
        for change in one.changes
    ]
    read = json.loads(report.to_json())
    assert read["changes"] == [json.loads(json.dumps(asdict(one))) for one in told if isinstance(one, Change)]
    assert len(read["changes"]) == len(report.changes)


def test_no_log_obeys_a_document(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the command line says of a document and of a file holds no command, whatever their names are."""
    name = "a\n::error::b\r::add-mask::c ##[error]d\x1b[2J"
    body = {"type": "object", "properties": {name: {"enum": [name]}}, "required": [name]}
    for file, schema in (("was.json", {"type": "object"}), ("now.json", body)):
        operation = {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"description": name}},
        }
        document = {"openapi": "3.0.0", "info": {"title": name, "version": "1"}, "paths": {"/a": {"post": operation}}}
        (tmp_path / file).write_text(json.dumps(document), encoding="utf-8")
    assert main(["drift", "--all", "--base", str(tmp_path / "was.json"), "--input", str(tmp_path / "now.json")]) == 20
    assert main(["drift", "--all", "--base", str(tmp_path / "was.json"), "--input", str(tmp_path / name)]) == 1
    said = "".join(capsys.readouterr())
    lines = said.split("\n")
    assert said.count("error::b") >= 3
    assert all(line.isprintable() and "##[" not in line and not line.lstrip().startswith("::") for line in lines)


def test_a_log_in_ascii_shows_the_rest_by_number(tmp_path: Path) -> None:
    """Where standard output is not UTF-8, the report is told all the same."""
    for file, name in (("was.json", "größe"), ("now.json", "höhe")):
        schema = {"type": "object", "properties": {name: {"type": "string"}}}
        operation = {
            "requestBody": {"content": {"application/json": {"schema": schema}}},
            "responses": {"200": {"description": ""}},
        }
        document = {"openapi": "3.0.0", "info": {"title": "", "version": "1"}, "paths": {"/a": {"post": operation}}}
        (tmp_path / file).write_text(json.dumps(document), encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "scripts.pipeline", "drift", "--all"),
            *("--base", str(tmp_path / "was.json"), "--input", str(tmp_path / "now.json")),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 20, done.stderr
    assert "gr\\xf6\\xdfe \\u2192 h\\xf6he" in done.stdout


TEXTS = st.one_of(
    st.sampled_from(list(HOSTILE.values())),
    st.text(st.characters(exclude_categories=()), min_size=1, max_size=8),
    st.sampled_from(["A.b", "A.c", "B.b", "A", "limit", "200"]),
)
VALUES: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    TEXTS,
    st.integers(),
    st.booleans(),
    st.lists(TEXTS, max_size=20),
    st.dictionaries(TEXTS, TEXTS, max_size=3),
)
WHATS = st.sampled_from(
    [
        *("property added", "property removed", "values added", "values removed", "default changed", "maximum changed"),
        *("variant added", "any value allowed", "now required", "type changed", "property moved", "text changed"),
        *("null allowed", "status changed", "parameter removed", "other properties allowed", "changed"),
    ]
)
CHANGES = st.builds(
    Change,
    st.lists(TEXTS, max_size=4, unique=True).map(tuple),
    st.sampled_from(["", "request", "response"]),
    TEXTS,
    st.one_of(WHATS, TEXTS),
    st.sampled_from(["breaking", "additive", "docs"]),
    VALUES,
    VALUES,
    st.lists(TEXTS, max_size=2, unique=True).map(tuple),
)
API = st.builds(ApiChange, TEXTS, st.sampled_from(["added", "public object was removed"]), st.booleans())


@given(st.lists(CHANGES, max_size=12), st.none() | st.lists(API, max_size=4), st.lists(TEXTS, max_size=2))
def test_all_forms_say_the_same(changes: list[Change], api: list[ApiChange] | None, notes: list[str]) -> None:
    """Whatever changes there are, and however they group."""
    check_same(Report("then", "now", changes, api, notes, "1.0.0"))


@pytest.mark.parametrize("count", [12, 13, 60, 61, 300])
def test_all_forms_say_the_same_of_a_long_list(count: int) -> None:
    """The page folds what is more than a few, and the others end where a sentence does."""
    names = [f"v-{number}" for number in range(count)]
    api = [ApiChange(f"models.{name}", "added", False) for name in names]
    check_same(
        Report("then", "now", [Change(("a", "b"), "request", "A", "values added", "additive", None, names)], api)
    )


@pytest.mark.slow
@pytest.mark.skipif(len(DATED) < 2, reason=f"no documents at {SHARED} (set AIMLAPI_SHARED)")
@pytest.mark.parametrize("swapped", [False, True], ids=["forward", "back"])
@pytest.mark.parametrize("pair", list(pairwise(DATED)), ids=lambda pair: f"{pair[0].stem[-10:]}-{pair[1].stem[-10:]}")
def test_all_forms_say_the_same_of_real_documents(pair: Any, swapped: bool) -> None:
    """Real documents, one after the other; and back, where much is removed."""
    before, after = reversed(pair) if swapped else pair
    changes = compare(kept(before).upstream, kept(after).upstream)
    assert changes
    check_same(Report(before.name, after.name, changes))

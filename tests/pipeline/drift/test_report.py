"""The report of a drift: for a person in a pull request, for a person at a browser, and what it asks of the release."""

from __future__ import annotations

import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from scripts.pipeline.drift.changes import Change
from scripts.pipeline.drift.python_effect import ApiChange
from scripts.pipeline.drift.release import next_version
from scripts.pipeline.drift.report import Report

from ..support.reports import Page

CHANGES = [
    Change(("create_order",), "request", "OrderParams.size", "property removed", "breaking", "integer"),
    *(
        Change(("create_order",), "request", f"{name}Param.note", "property added", "additive", None, "string")
        for name in ("Card", "Cash", "Cheque", "Coin", "Gift")
    ),
    Change(("create_order",), "request", "A.d", "default changed", "additive", {"d": 1}, {"d": 2}),
    Change(("get_order", "list_orders"), "response", "Order.state", "values added", "breaking", None, ["old", "new"]),
    Change((), "", "the document", "prose", "docs"),
]
API = [ApiChange("models.Gift", "added", False), ApiChange("models.OrderParams.size", "attribute was removed", True)]
REPORT = Report("then", "now", CHANGES, API, notes=["Look at this."], release="0.2.0")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def change(what: str, place: str = "A.b", was: Any = None, now: Any = None, **more: Any) -> Change:
    given: dict[str, Any] = {"operations": ("op",), "side": "request", "kind": "additive", **more}
    return Change(place=place, what=what, was=was, now=now, **given)


ENTRIES: dict[str, tuple[list[Change], list[str]]] = {
    "values are named": (
        [change("values removed", "ImageMediaType", ["image/gif", "image/webp"], kind="breaking")],
        ["- breaking op request: values removed from ImageMediaType: image/gif, image/webp"],
    ),
    "the properties of one shape": (
        [change("property added", "A.b", None, "string"), change("property added", "A.c", None, "integer")],
        ["+ additive op request: property added to A: b (string), c (integer)"],
    ),
    "one property of several shapes": (
        [change("property added", "A.b", None, "string"), change("property added", "B.b", None, "string")],
        ["+ additive op request: property b (string) added to: A, B"],
    ),
    "the variants of one union": (
        [change("variant added", "A", None, "B"), change("variant added", "A", None, "C")],
        ["+ additive op request: variant added to A: B, C"],
    ),
    "the same in several places": (
        [change("other properties allowed", "A", False, True), change("other properties allowed", "B", False, True)],
        ["~ additive op request: other properties allowed (false → true): A, B"],
    ),
    "a default that disappears": (
        [change("default changed", "A.b", 5)],
        ["- additive op request: default removed: A.b (5)"],
    ),
    "a default that comes": (
        [change("default changed", "A.b", None, 5)],
        ["+ additive op request: default added: A.b (5)"],
    ),
    "a default that becomes another": (
        [change("default changed", "A.b", 5, 6)],
        ["~ additive op request: default changed: A.b (5 → 6)"],
    ),
    "a change of one model": (
        [change("now required", "A.b", "optional", "required", models=("m", "n"), kind="breaking")],
        ["~ breaking op request: now required: A.b; for m, n"],
    ),
    "changes of two models": (
        [change("now required", models=("m",)), change("now required", models=("n",))],
        ["~ additive op request: now required: A.b; for m", "~ additive op request: now required: A.b; for n"],
    ),
    "defaults of several places": (
        [change("default changed", "A.b", 5), change("default changed", "B.c", 6)],
        ["- additive op request: default removed: A.b (5), B.c (6)"],
    ),
    "the same value twice": (
        [change("values removed", "A", ["b", "c"]), change("values removed", "A", ["c", "d"])],
        ["- additive op request: values removed from A: b, c, d"],
    ),
    "a status": ([change("status changed", "200", "201", "200")], ["~ additive op request: status changed: 201 → 200"]),
    "names": (
        [change("renamed", "A", "A", "B"), change("renamed", "C", "C", "D")],
        ["~ additive op request: renamed: A → B, C → D"],
    ),
    "what null says already": (
        [change("null no longer allowed", "A.b", "null")],
        ["- additive op request: null no longer allowed in A.b"],
    ),
    "what was limited": (
        [change("any value allowed", "A", ["b", "c"])],
        ["- additive op request: any value allowed in A, before only: b, c"],
    ),
    "operations": (
        [
            Change(("b",), "", "", "operation added", "additive", None, "GET /b"),
            Change(("a",), "", "", "operation removed", "breaking", "GET /a"),
            Change(("c",), "", "", "operation added", "additive", None, "GET /c"),
        ],
        [
            "- breaking Operations: operation removed: a (GET /a)",
            "+ additive Operations: operation added: b (GET /b), c (GET /c)",
        ],
    ),
    "an operation that is not kept": (
        [Change(("GET /v1/files",), "", "", "new, not kept", "additive", None, "GET /v1/files")],
        ["+ additive Operations: new, not kept: GET /v1/files"],
    ),
    "a model": (
        [change("model added", "A.model", None, ["m", "n"], models=("m", "n"))],
        ["+ additive op request: model added to A.model: m, n"],
    ),
    "a parameter": (
        [change("parameter removed", "limit", "query:limit"), change("parameter removed", "page", "query:page")],
        ["- additive op request: parameter removed: limit (query), page (query)"],
    ),
    "a schema and a list as values": (
        [change("default changed", "A.b", {"d": [1]}, {"d": [2]})],
        ['~ additive op request: default changed: A.b ({"d": [1]} → {"d": [2]})'],
    ),
    "an empty text": (
        [change("constant changed", "A.b", "", "x")],
        ['~ additive op request: constant changed in A.b: "" → x'],
    ),
    "more than a sentence holds": (
        [change("values added", "A", None, [f"v{number}" for number in range(62)])],
        [f"+ additive op request: values added to A: {', '.join(f'v{number}' for number in range(60))} and 2 more"],
    ),
    "a long value": (
        [change("text changed", "summary", None, "x" * 200, kind="docs", side="")],
        [f"+ docs     op: text added: summary ({'x' * 119}…)"],
    ),
}


@pytest.mark.parametrize(("changes", "lines"), ENTRIES.values(), ids=ENTRIES)
def test_changes_read_as_one(changes: list[Change], lines: list[str]) -> None:
    """What belongs together is one line, in words a person would use."""
    assert Report("then", "now", changes).to_text().split("\n")[:-1] == lines


def test_the_worst_stands_first() -> None:
    """The classes in order, the effect on the Python API after what breaks, and what breaks of it first."""
    assert [line[2:10].strip() for line in REPORT.to_text().split("\n")[:-1]] == [
        *("breaking", "breaking", "breaking", "additive", "additive", "additive", "docs"),
    ]
    assert [section.title for section in REPORT.sections] == ["Breaking", "Python API", "Additive", "Docs"]


def test_the_page_stands_alone() -> None:
    """The page loads nothing, and its policy lets only its own style and script be used."""
    page = Page(REPORT.to_html())
    loaded = [value for _, attributes in page.tags for key, value in attributes.items() if key in ("src", "href")]
    assert [value for value in loaded if not str(value).startswith("#")] == ["data:,"]
    assert "url(" not in REPORT.to_html()
    policy = next(str(attributes["content"]) for _, attributes in page.tags if "http-equiv" in attributes)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_can_be_walked() -> None:
    """Headings in order, a table of contents whose links lead somewhere, ids that are there once, buttons named."""
    page = Page(REPORT.to_html())
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = [str(attributes["href"])[1:] for tag, attributes in page.tags if tag == "a"]
    assert set(links) <= set(ids)
    assert {"breaking", "additive", "docs", "api", "changelog", "breaking-1", "breaking-2"} <= set(links)
    assert [tag for tag, _ in page.tags if tag in ("nav", "main")] == ["main", "nav"]
    assert ("html", {"lang": "en"}) in page.tags
    labels = {attributes["aria-labelledby"] for tag, attributes in page.tags if tag in ("section", "nav")}
    assert labels <= set(ids)


def test_the_page_folds_what_is_long() -> None:
    """A long list and a long value are whole behind a click, prose is folded, and nothing says "nothing"."""
    values = [f"value-{number}" for number in range(30)]
    text = "a long text " * 40
    page = Page(
        Report(
            "then", "now", [change("values added", "A", None, values), change("text changed", "s", text, side="")]
        ).to_html()
    )
    assert "Show all 30" in page.text
    assert all(value in page.text for value in values)
    assert text.strip() in page.text
    assert "nothing" not in page.text


def test_a_page_without_changes_says_so() -> None:
    """No drift is a page too."""
    text = Page(Report("then", "now", []).to_html()).text
    assert "No drift" in text
    assert Report("then", "now", []).to_markdown() == "**no drift**, from `then` to `now`.\n"


def test_the_api_may_be_untouched() -> None:
    """Where nothing changes for a program that imports the client, the page and the pull request say that."""
    assert "Nothing that a program can see." in Page(Report("then", "now", CHANGES, []).to_html()).text
    assert "Nothing that a program can see." in Report("then", "now", CHANGES, []).to_markdown()


def test_the_pull_request_can_be_acted_on() -> None:
    """What changed, what could not be told, what to do, the changes, the API, the release and the changelog."""
    text = REPORT.to_markdown()
    assert text.startswith(
        "**9 changes: 2 breaking, 6 additive, 1 docs, and names of the Python API break**, from `then` to `now`."
    )
    headings = re.findall(r"(?m)^### ([A-Z][\w ]+)", text.partition("```")[0])
    assert [heading.strip() for heading in headings] == [
        *("Needs a look", "What to do", "Breaking", "Python API", "Additive", "Docs", "For the changelog"),
    ]
    assert "The next release would be **0.2.0**." in text
    assert "- `Look at this.`" in text
    assert "- **breaking** attribute was removed: `models.OrderParams.size`" in text


@pytest.mark.parametrize("count", [300, 650, 3000])
def test_a_report_that_is_too_long_is_cut_at_a_line(count: int) -> None:
    """What is too long for a pull request says where the rest stands; the entry of the changelog is never cut."""
    many = [Change((f"op_{index}",), "request", "A.b", f"change {index}", "additive") for index in range(count)]
    text = Report("then", "now", many).to_markdown()
    assert len(text) < 60_000
    assert text.count("```") == 2 * (count == 300)
    assert text.endswith("The rest did not fit here; it stands in the HTML report.\n") == (count > 300)


@pytest.mark.parametrize(
    ("version", "kind", "after"),
    [
        ("0.1.0", "breaking", "0.2.0"),
        ("0.1.3", "additive", "0.1.4"),
        ("0.1.3", "docs", "0.1.3"),
        ("1.2.3", "breaking", "2.0.0"),
        ("1.2.3", "additive", "1.3.0"),
        ("1.2.3", "none", "1.2.3"),
    ],
)
def test_the_next_version(version: str, kind: str, after: str) -> None:
    """Semantic versioning, with one part less before 1.0.0."""
    assert next_version(version, kind) == after


def test_an_odd_version_is_an_error() -> None:
    """What comes after a version that is not three numbers is not guessed."""
    with pytest.raises(ValueError, match="not a version of three numbers"):
        next_version("1.0rc1", "breaking")


def test_the_changelog_tells_what_programs_see() -> None:
    """What breaks comes first, one sentence per line; prose is not told."""
    entry = REPORT.changelog
    assert entry == (
        "### Changed\n\n"
        "- **Breaking:** `create_order`, request: property removed from `OrderParams`: `size` (`integer`).\n"
        "- **Breaking:** `get_order`, response: values added to `Order.state`: `old`, `new`; also in `list_orders`.\n"
        "- **Breaking:** Python API: attribute was removed: `models.OrderParams.size`.\n"
        '- `create_order`, request: default changed: `A.d` (`{"d": 1}` → `{"d": 2}`).\n'
        "\n### Added\n\n"
        "- Python API: added: `models.Gift`.\n"
        "- `create_order`, request: property `note` (`string`) added to: `CardParam`, `CashParam`, "
        "`ChequeParam`, `CoinParam`, `GiftParam`.\n"
    )
    assert Report("then", "now", CHANGES[-1:]).changelog == ""


def test_a_default_that_disappears_is_not_added() -> None:
    """It keeps programs working, and is no addition: neither in the changelog nor in green."""
    report = Report("then", "now", [change("default changed", "A.b", 5)])
    assert report.changelog == "### Changed\n\n- `op`, request: default removed: `A.b` (`5`).\n"
    (row,) = [attributes for _, attributes in Page(report.to_html()).tags if "data-kind" in attributes]
    assert row == {"class": "additive-row", "data-kind": "additive", "data-sign": "-"}


#: Two widths of the page in frames of one page, which a policy of the page itself lets nobody else look into.
FRAMES = """<!doctype html>
<iframe src="page.html" width="1280" height="900"></iframe>
<iframe src="page.html" width="400" height="900"></iframe>
<script>
addEventListener("load", () => {
  const seen = [...document.querySelectorAll("iframe")].map(frame => {
    const page = frame.contentDocument;
    for (const fold of page.querySelectorAll("details")) fold.open = true;
    page.querySelector("button").click();
    return page.documentElement.scrollWidth <= frame.clientWidth;
  });
  // Nobody touched the page, so that it may not use the clipboard: it selects the entry and says so.
  setTimeout(() => {
    const said = frame => frame.contentDocument.querySelector("[role=status]").textContent.slice(0, 8);
    const marked = frame => String(frame.contentWindow.getSelection()).startsWith("### Changed");
    const frames = [...document.querySelectorAll("iframe")];
    document.title = [seen, frames.map(said), frames.map(marked)].join(";");
  }, 500);
});
</script>"""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: the page is not seen by a browser")
def test_the_page_in_a_browser(tmp_path: Path) -> None:
    """Chromium applies style and script without a word on the console; nothing is wider than the page, folds open."""
    wide = [
        change("text changed", "x" * 300, "y" * 300, "z" * 300),
        change("values added", "W" * 90, None, ["v" * 90] * 20),
    ]
    report = evolve(REPORT, changes=[*CHANGES, *wide], before="a" * 200)
    (tmp_path / "page.html").write_text(report.to_html(), encoding="utf-8")
    (tmp_path / "frames.html").write_text(FRAMES, encoding="utf-8")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    seen = subprocess.run(
        [
            *(str(CHROMIUM), *quiet, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1800,1000"),
            *("--allow-file-access-from-files", "--enable-logging=stderr", "--v=0", "--dump-dom"),
            "--virtual-time-budget=2000",
            (tmp_path / "frames.html").as_uri(),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "<title>true,true;Selected,Selected;true,true</title>" in seen.stdout
    assert "CONSOLE" not in seen.stderr

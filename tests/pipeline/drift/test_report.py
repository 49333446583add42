"""The report of a drift: for a person in a pull request, for a person at a browser, and what it asks of the release."""

from __future__ import annotations

import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from scripts.pipeline.drift.changes import Change
from scripts.pipeline.drift.python_effect import ApiChange
from scripts.pipeline.drift.release import changelog, next_version
from scripts.pipeline.drift.report import Report

HOSTILE = "</pre><script>alert(1)</script> | `x`\n"
CHANGES = [
    Change(("create_order",), "request", "OrderParams.size", "property removed", "breaking", "integer"),
    *(
        Change(("create_order",), "request", f"{name}Param.note", "property added", "additive", None, "string")
        for name in ("Card", "Cash", "Cheque", "Coin", "Gift")
    ),
    Change(("create_order",), "request", "limits of a", "limits changed", "additive", {"d": 1}, {"d": 2}),
    Change(("get_order", "list_orders"), "response", "Order.state", "values added", "breaking", None, ["old", HOSTILE]),
    Change((), "", "the document", "prose", "docs"),
]
API = [ApiChange("models.OrderParams.size", "attribute was removed", True), ApiChange("models.Gift", "added", False)]
REPORT = Report("then", "now", CHANGES, API, notes=["Look at this."], release="0.2.0")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """The elements of a page: every tag with its attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_page_stands_alone() -> None:
    """The page loads nothing, and its policy would not let it."""
    page = Page(REPORT.to_html())
    loaded = [value for _, attributes in page.tags for key, value in attributes.items() if key in ("src", "href")]
    assert loaded == ["data:,"]
    assert "url(" not in REPORT.to_html()
    assert any("default-src 'none'" in str(attributes.get("content")) for _, attributes in page.tags)


def test_the_page_shows_each_change_once_by_operation() -> None:
    """Every operation has a section, the worst first, and what is the same in several places is one entry."""
    page = Page(REPORT.to_html())
    kinds = [attributes["data-kind"] for tag, attributes in page.tags if tag == "article"]
    assert kinds == ["breaking", "additive", "additive", "breaking", "docs"]
    assert "the same in 4 more places" in page.text
    assert "also in list_orders" in page.text
    assert "Look at this." in page.text
    assert [attributes["value"] for tag, attributes in page.tags if tag == "input"] == ["breaking", "additive", "docs"]


def test_text_of_the_document_is_only_text() -> None:
    """Markup in a value is shown and not obeyed, in the page as in the table."""
    page = Page(REPORT.to_html())
    assert [tag for tag, _ in page.tags].count("script") == 1
    assert "alert(1)" in page.text
    row = next(line for line in REPORT.to_markdown().splitlines() if "values added" in line)
    assert len(re.findall(r"(?<!\\)\|", row)) == 6


def test_a_page_without_changes_says_so() -> None:
    """No drift is a page too."""
    text = Page(Report("then", "now", []).to_html()).text
    assert "No drift" in text
    assert Report("then", "now", []).to_markdown() == "**no drift**, from `then` to `now`.\n"


def test_the_api_may_be_untouched() -> None:
    """Where nothing changes for a program that imports the client, the page says that."""
    assert "Nothing that a program can see." in Page(Report("then", "now", CHANGES, []).to_html()).text


def test_the_table_reads_as_a_pull_request() -> None:
    """A table for each class, with five places of one change in one row, the API, the release and the changelog."""
    text = REPORT.to_markdown()
    assert text.startswith("**9 changes: 2 breaking, 6 additive, 1 docs**, from `then` to `now`.")
    assert "The next release would be **0.2.0**." in text
    assert "`CardParam.note`, `CashParam.note`, `ChequeParam.note`, `CoinParam.note` and 1 more" in text
    assert "- **breaking** `models.OrderParams.size`: attribute was removed" in text
    assert "> Look at this." in text
    assert "- `create_order`: property removed, `OrderParams.size` of requests (integer)." in text


def test_a_long_table_is_cut_at_a_line() -> None:
    """What is too long for a pull request says where the rest stands."""
    many = [Change((f"op_{index}",), "request", "A.b", f"change {index}", "additive") for index in range(3000)]
    text = Report("then", "now", many).to_markdown()
    assert len(text) < 65_536
    assert text.endswith("The rest did not fit here; it stands in the HTML report.\n")


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
    """What breaks comes first, one sentence per line, and prose is not told."""
    entry = changelog(CHANGES)
    assert entry.index("### Changed") < entry.index("### Added")
    assert all(line.endswith(".") for line in entry.splitlines() if line.startswith("- "))
    assert "prose" not in entry
    assert changelog(CHANGES[-1:]) == ""


@pytest.mark.skipif(not CHROMIUM, reason="no Chromium on this machine: the page is not seen by a browser")
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_in_a_browser(tmp_path: Path, width: int) -> None:
    """Chromium draws the page, runs its script without a word on the console, and sees no element wider than it."""
    probe = "<script>document.title = String(document.documentElement.scrollWidth - innerWidth <= 0)</script></body>"
    (tmp_path / "page.html").write_text(REPORT.to_html().replace("</body>", probe), encoding="utf-8")
    quiet = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
    seen = subprocess.run(
        [
            *(str(CHROMIUM), *quiet, f"--user-data-dir={tmp_path / 'profile'}", f"--window-size={width},1000"),
            *("--enable-logging=stderr", "--v=0", "--dump-dom", (tmp_path / "page.html").as_uri()),
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "<title>true</title>" in seen.stdout
    assert "CONSOLE" not in seen.stderr

"""The pages of the documentation are true: each of their Python blocks runs as it stands, against the emulator."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ..support.blocks import blocks, commands, is_test, run_blocks, run_tests, targets
from ..support.frameworks import FRAMEWORKS

DOCS = Path(__file__).resolve().parents[2] / "docs"
PAGES = {str(path.relative_to(DOCS)): blocks(path) for path in sorted(DOCS.rglob("*.md"))}


# Their blocks run where the engines and frameworks are, see `tests/bulk/test_engines.py` and `tests/integrations`.
ELSEWHERE = {"many-machines.md", *(f"integrations/{name}.md" for name in FRAMEWORKS)}


@pytest.mark.parametrize(
    "page",
    [page for page, found in PAGES.items() if page not in ELSEWHERE and any(not is_test(one) for _, one in found)],
)
def test_the_blocks_of_a_page_run(page: str) -> None:
    """Each by itself."""
    assert len(run_blocks(DOCS / page)) == sum(not is_test(source) for _, source in PAGES[page])


@pytest.mark.parametrize("page", [page for page, found in PAGES.items() if any(is_test(one) for _, one in found)])
def test_the_tests_of_a_page_pass(page: str, tmp_path: Path) -> None:
    """Under pytest, with the fixtures that the package brings."""
    run_tests(DOCS / page, tmp_path)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_read_in_the_clone(page: str) -> None:
    """Its links are files there, and where it is made at build it says so."""
    source = (DOCS / page).read_text(encoding="utf-8")
    assert re.findall(r"\]\[[a-z_]+\.[\w.]+\]", source) == []
    links = re.findall(
        r"\]\(([^)#:]+)(?:#[^)]*)?\)", re.sub(r"^```.*?^```", "", source, flags=re.DOTALL | re.MULTILINE)
    )
    assert [link for link in links if not (DOCS / page).parent.joinpath(link).exists()] == []
    assert ("{{" in source) == ("{# `make docs` " in source)


def test_commands_exist() -> None:
    """Each make command that a page names is a target."""
    named = {name for page in PAGES for name in commands(DOCS / page)}
    assert len(named) > 2
    assert sorted(named - {*targets()}) == []

"""`sources.toml`: what it says, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.source.sources import Sources, load_sources

from ..support.documents import (
    build_inputs,
)


def test_sources_are_read(tmp_path: Path) -> None:
    """The address, the limits, the kept operations and the aliases come from sources.toml."""
    place = build_inputs(tmp_path, keep={"GET /a": "list_a"}, aliases={"GET /b": "GET /a"})
    sources = load_sources(place.sources)
    assert sources == Sources(
        "https://gateway.invalid/document", 1_000_000, 10.0, {"GET /a": "list_a"}, {"GET /b": "GET /a"}, {}, {}
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[upstream]\n", "lacks or misstates an entry: 'url'"),
        ("upstream = 3\n", "lacks or misstates an entry"),
        (
            '[upstream]\nurl = "x"\n[limits]\nmax_bytes = "many"\ntimeout_seconds = 1\n[operations]\n',
            "misstates an entry",
        ),
        ("[upstream\n", "is not valid TOML"),
        ('[operations]\n"get orders" = "list_orders"\n', "'get orders' is no operation"),
        ('[aliases]\n"FETCH /orders" = "GET /v1/orders"\n', "'FETCH /orders' is no operation"),
    ],
)
def test_broken_settings_are_named(tmp_path: Path, content: str, message: str) -> None:
    """A missing or ill-typed entry and a syntax error are errors that name the file."""
    path = tmp_path / "sources.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PipelineError, match=message) as caught:
        load_sources(path)
    assert caught.value.source == str(path)


def test_missing_settings_are_named(tmp_path: Path) -> None:
    """A file that is not there is an error with its path."""
    with pytest.raises(PipelineError, match=r"sources\.toml: cannot be read"):
        load_sources(tmp_path / "sources.toml")

"""The README is true: each of its Python blocks runs as it stands, against the emulator."""

from __future__ import annotations

from pathlib import Path

from .support.blocks import blocks, commands, is_test, run_blocks, run_tests, targets

README = Path(__file__).resolve().parents[1] / "README.md"


def test_blocks_run() -> None:
    """Each block runs by itself, and prints something."""
    printed = run_blocks(README)
    assert len(printed) > 3
    assert [line for line, text in printed.items() if not text.strip()] == []


def test_it_is_short() -> None:
    """The documentation says the rest."""
    assert len(README.read_text(encoding="utf-8").splitlines()) <= 150


def test_own_tests_pass(tmp_path: Path) -> None:
    """What the README shows as a test of one's own passes under pytest, with the fixtures that the package brings."""
    assert any(is_test(source) for _, source in blocks(README))
    run_tests(README, tmp_path)


def test_commands_exist() -> None:
    """Each make command that the README names is a target."""
    assert commands(README)
    assert [name for name in commands(README) if name not in targets()] == []

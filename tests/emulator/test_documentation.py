"""The page about testing lists the switches as the code has them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from aimlapi_messages.testing import SWITCHES
from aimlapi_messages.testing.faults.switches import Switch, read_switches

PAGE = Path(__file__).resolve().parents[2] / "docs" / "testing.md"
# What stands for the forms of values.
VALUES = {"": "", "N": "=3", "SIZE": "=7", "SECONDS": "=0.1", "INTERVAL": "=0.1", "TYPE": "=text/plain"} | {
    "ERROR": "=api_error",
    "PLACE": "=none",
    "VALUE": "=1",
}
NEEDED = {"type": "error-after=1;", "ping-every": "stall-after=1;"}
BEGINNING = {"x-emulator-fail": "429;"}


def tables() -> Iterator[str]:
    """A table of the switches, and one of the clauses of each."""
    yield rows({f"{name}: {switch.form}": switch for name, switch in SWITCHES.items()}, "switch")
    for name, switch in SWITCHES.items():
        if switch.clauses:
            named = {f"{one}={clause.form}".removesuffix("="): clause for one, clause in switch.clauses.items()}
            yield f"Clauses of `{name}`:\n\n{rows(named, 'clause')}"


def rows(switches: Mapping[str, Switch], title: str) -> str:
    lines = [f"| `{name}` | {switch.meaning} |" for name, switch in switches.items()]
    return "\n".join([f"| {title} | what it does |", "| --- | --- |", *lines])


def test_the_page_has_the_switches() -> None:
    """Between its two marks is what the code says."""
    found = re.search(
        r"<!-- switches: begin -->\n(.*)<!-- switches: end -->", PAGE.read_text(encoding="utf-8"), re.DOTALL
    )
    assert found is not None
    assert found[1] == "\n" + "\n\n".join(tables()) + "\n\n"


@pytest.mark.parametrize(
    ("header", "clause"), [(name, clause) for name, switch in SWITCHES.items() for clause in switch.clauses]
)
def test_every_clause_is_understood(header: str, clause: str) -> None:
    """As it is documented, each changes what the switch means."""
    value = NEEDED.get(clause, "") + clause + VALUES[SWITCHES[header].clauses[clause].form]
    before = BEGINNING.get(header, "")
    assert read_switches({header: before + value}) != read_switches({header: before.strip(";")} if before else {})

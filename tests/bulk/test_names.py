"""Millions of names in little memory, found again one by one."""

from __future__ import annotations

import sys
from random import Random

import pytest

from aimlapi_messages.bulk.names import GIVEN, NEW, SUCCEEDED, Names, hash_of


@pytest.mark.parametrize("count", [0, 1, 682, 683, 5_000, 100_000])
def test_names_are_found_again(count: int) -> None:
    """Also after the table has grown, and none that was not put in."""
    names = Names()
    for number in range(count):
        names[hash_of(f"row-{number}")] = (number, SUCCEEDED | (GIVEN if number % 2 else 0))
    random = Random(count)
    for number in [random.randrange(count) for _ in range(min(count, 2_000))]:
        assert names[hash_of(f"row-{number}")] == (number, SUCCEEDED | (GIVEN if number % 2 else 0))
    assert all(names[hash_of(f"other-{number}")] == (0, NEW) for number in range(1_000))


@pytest.mark.parametrize("name", ["", "a", "é", "\ud800", "x" * 10_000, "0" * 32])
def test_what_is_known_of_a_name_is_replaced(name: str) -> None:
    names = Names()
    for known in ((1, SUCCEEDED), (2**64 - 1, 0xFF), (0, NEW)):
        names[hash_of(name)] = known
        assert names[hash_of(name)] == known


def test_a_name_takes_few_bytes() -> None:
    names = Names()
    for number in range(100_000):
        names[hash_of(str(number))] = (number, NEW)
    assert sum(map(sys.getsizeof, vars(names).values())) < 60 * 100_000

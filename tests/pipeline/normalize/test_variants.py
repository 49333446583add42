"""The search for variants that are nearly equal gives what trying all pairs over and over gives, and soon."""

from __future__ import annotations

import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, strategies as st

from scripts.pipeline.build import read
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.document.schemas import canonical_json, find_likely_tag, tag_values, undated
from scripts.pipeline.normalize import merge
from scripts.pipeline.normalize.merge import merge_objects, union
from scripts.pipeline.normalize.variants import merge_near

from ..support.documents import Json, record, tagged, text
from ..support.real import DATED, INPUTS, SHARED, SINGLE


def near(first: Json, second: Json, tag: str | None) -> bool:
    """The definition, in the words of `merge_near`."""
    required = [set(variant.get("required", [])) for variant in (first, second)]
    families = [{undated(value) for value in tag_values(variant, tag)} if tag else set() for variant in (first, second)]
    if not any(families):
        names = [set(variant["properties"]) for variant in (first, second)]
        nested = names[0] <= names[1] or names[1] <= names[0]
        return names[0] == names[1] or (required[0] == required[1] and nested)
    demands = [each - {tag} for each in required]
    return bool(families[0] & families[1]) and (demands[0] <= demands[1] or demands[1] <= demands[0])


def merge_slowly(variants: list[Json], merged: Callable[[list[Json]], Json]) -> list[Json]:
    """The first pair that is nearly equal becomes one, then all over again."""
    found = sorted(variants, key=canonical_json)
    while True:
        tag = find_likely_tag(found)
        pair = next((pair for pair in combinations(range(len(found)), 2) if near(*(found[at] for at in pair), tag)), ())
        if not pair:
            return found
        rest = [variant for index, variant in enumerate(found) if index not in pair]
        found = sorted([*rest, merged([found[index] for index in pair])], key=canonical_json)


TAGS = st.sampled_from([text("a"), text("b"), text("a", "b"), text("a_20250101"), text("a_20250202"), text()])
SCHEMAS = st.sampled_from([text(), text("x"), {"type": "integer"}, {}])
VARIANTS = st.builds(
    lambda properties, required: record(*sorted(required & set(properties)), **properties),
    st.dictionaries(st.sampled_from(["type", "role", "kind"]), TAGS, max_size=2).flatmap(
        lambda tags: st.dictionaries(st.sampled_from("abc"), SCHEMAS, min_size=1, max_size=3).map(
            lambda others: {**tags, **others}
        )
    ),
    st.sets(st.sampled_from(["type", "role", "kind", "a", "b", "c"])),
)


@given(st.lists(VARIANTS, min_size=1, max_size=8), st.randoms())
def test_it_gives_what_all_pairs_give(variants: list[Json], random: Random) -> None:
    """In any order: the same variants, each with its members in the same order."""
    distinct = list({canonical_json(variant): variant for variant in variants}.values())
    expected = merge_slowly(distinct, merge_objects)
    shuffled = random.sample(distinct, len(distinct))
    assert list(map(repr, merge_near(sorted(shuffled, key=canonical_json), merge_objects))) == list(map(repr, expected))
    assert [canonical_json(one) for one in merge_near(shuffled, merge_objects)] == list(map(canonical_json, expected))


#: Unions of many variants: none are nearly equal, all are, or that takes a look at each pair.
MANY: dict[str, Callable[[int], Json]] = {
    "a tag each": lambda n: tagged(f"t{n}", **{f"p{n}": text()}),
    "one tag, other demands": lambda n: tagged("t", f"p{n}", **{f"p{n}": text()}),
    "versions of one thing": lambda n: tagged(f"t_20{25000000 + n}", **{f"p{n % 40}": text()}),
    "no tag": lambda n: record(f"p{n}", **{f"p{n}": text(), "q": text()}),
    "no tag, the same members": lambda n: record("a", a=text(f"v{n % 50}"), b=text(f"w{n}")),
}


@pytest.mark.parametrize("make", MANY.values(), ids=MANY.keys())
def test_a_union_of_very_many_variants_takes_seconds(make: Callable[[int], Json]) -> None:
    """All pairs of 1,500 took a minute and more."""
    variants = [make(number) for number in range(1500)]
    started = time.process_time()
    assert union(variants)
    assert time.process_time() - started < 15


@pytest.mark.slow
@pytest.mark.skipif(not DATED, reason=f"real documents are not at {SHARED} (set AIMLAPI_SHARED)")
@pytest.mark.parametrize("path", [*DATED, *SINGLE], ids=lambda path: path.stem)
def test_real_documents_come_out_the_same(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whichever way their variants are merged."""
    raw = path.read_bytes()
    made = read(raw, INPUTS, source=path.name, keep_all=True)
    monkeypatch.setattr(merge, "merge_near", merge_slowly)
    assert dump_yaml(read(raw, INPUTS, source=path.name, keep_all=True).upstream) == dump_yaml(made.upstream)

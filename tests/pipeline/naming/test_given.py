"""Names that were given stay with their shapes, whatever comes, goes or moves beside them."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from pathlib import Path

import pytest

from scripts.pipeline.build import BuildInputs, Built, Read, build, read
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.naming.assign import Assigned
from scripts.pipeline.naming.given import Given, given_text, load_given
from scripts.pipeline.naming.names import load_names
from scripts.pipeline.source.reading import read_document

from ..support.additions import sample
from ..support.documents import (
    ORDERS,
    Json,
    as_json,
    build_inputs,
    document,
    nested,
    operation,
    record,
    schemas_of,
    tagged,
    text,
)
from ..support.real import DATED, INPUTS, SHARED, SINGLE


def followed(folder: Path, *documents: Json, names: str = "", then: str | None = None) -> Built:
    """The last of the documents, built with the names that those before it got; ``then`` is names.toml of the last."""
    inputs = build_inputs(folder, keep={f"POST {ORDERS}": "post_orders"}, names=names)
    given: dict[str, Given] = {}
    for data in documents[:-1]:
        given = naming(build(as_json(data), inputs, source="test.json", given=given)).given
    if then is not None:
        inputs.names.write_text(then, encoding="utf-8")
    return build(as_json(documents[-1]), inputs, source="test.json", given=given)


def naming(made: Built | Read) -> Assigned:
    """How the shapes of a document got their names."""
    found = (made.read if isinstance(made, Built) else made).naming
    assert found is not None
    return found


WITH_DOCUMENTS = pytest.mark.skipif(not DATED, reason=f"real documents are not at {SHARED} (set AIMLAPI_SHARED)")
STREET, GROWN = record(street=text()), record(street=text(), zip=text())
PAY_TYPE: Json = {"$ref": "#/components/schemas/PayType"}
CARD, CASH = tagged("card", number=text()), tagged("cash", coins=text())

#: Before and after, as the members of a body, and where each name is then: a place, and what its shape has.
KEPT: dict[str, tuple[Json, Json, dict[str, Json | None]]] = {
    "a property at the first of two places": (
        record(home=STREET, work=record(home=STREET)),
        record(home=GROWN, work=record(home=STREET)),
        {"HomeParam": GROWN, "WorkHomeParam": STREET},
    ),
    "a property at the second of two places": (
        record(home=STREET, work=record(home=STREET)),
        record(home=STREET, work=record(home=GROWN)),
        {"HomeParam": STREET, "WorkHomeParam": GROWN},
    ),
    "a shape of that name at a shorter place": (
        record(buyer=record(home=STREET)),
        record(buyer=record(home=STREET), home=record(number=text())),
        {"HomeParam": STREET, "PostOrdersHomeParam": record(number=text())},
    ),
    "a second variant": (
        record(pay=CARD),
        record(pay={"anyOf": [CASH, CARD]}),
        {"PayParam": record("type", type={"type": "string", "const": "card"}, number=text())},
    ),
    "a variant without a tag": (
        record(pay={"anyOf": [CARD, CASH]}),
        record(pay={"anyOf": [CARD, record(zz_new=text()), CASH]}),
        {"CardPayParam": record("type", type={"type": "string", "const": "card"}, number=text())},
    ),
    "a second value of a tag": (
        record(pay={"anyOf": [CARD, CASH]}),
        record(pay={"anyOf": [record("type", type=text("card", "debit"), number=text()), CASH]}),
        {"CardPayParam": record("type", type={"$ref": "#/components/schemas/CardType"}, number=text())},
    ),
    "one object for what were variants": (
        record(pay={"anyOf": [CARD, CASH]}),
        record(pay=record("type", type=text("card", "cash"), number=text())),
        {
            "PostOrdersPayParam": record("type", type=PAY_TYPE, number=text()),
            "CardPayParam": None,
        },
    ),
    "a body that becomes a union": (
        STREET,
        {"anyOf": [STREET, record("number", number=text())]},
        {
            "PostOrdersParams": STREET,
            "AnyPostOrdersParams": {
                "anyOf": [
                    {"$ref": "#/components/schemas/NumberParam"},
                    {"$ref": "#/components/schemas/PostOrdersParams"},
                ]
            },
        },
    ),
    "another place": (record(a=record(home=STREET)), record(b=record(home=STREET)), {"HomeParam": STREET}),
    "a shape that goes and comes back": (record(a=text()), record(a=record(home=STREET)), {"HomeParam": STREET}),
}


@pytest.mark.parametrize(("before", "after", "expected"), KEPT.values(), ids=KEPT.keys())
def test_a_name_goes_on_meaning_its_shape(
    tmp_path: Path, before: Json, after: Json, expected: dict[str, Json | None]
) -> None:
    """What is added takes another name, and none is told to have changed."""
    first, last = (document({ORDERS: {"post": operation(body=body)}}) for body in (before, after))
    made = followed(tmp_path, last, first, last) if "a" in before["properties"] else followed(tmp_path, first, last)
    found = schemas_of(made)
    assert {name: found.get(name) for name in expected} == expected
    assert naming(made).renamed == ()


def test_values_of_an_answer_leave_those_of_a_request_their_name(tmp_path: Path) -> None:
    """A published name stays, though a new answer has other values under it."""
    asked = operation(body=record(c=text("a", "b")))
    both = operation(body=record(c=text("a", "b")), response=record(c=text("a", "c")))
    made = followed(tmp_path, document({ORDERS: {"post": asked}}), document({ORDERS: {"post": both}}))
    assert schemas_of(made)["C"] == text("a", "b")
    assert schemas_of(made)["PostOrdersC"] == text("a", "c")


def test_of_two_shapes_that_become_one_one_name_stays_and_it_is_told(tmp_path: Path) -> None:
    """The name that goes is said, with its place and what it has become."""
    apart, alike = record(home=STREET, work=GROWN), record(home=GROWN, work=GROWN)
    made = followed(tmp_path, *(document({ORDERS: {"post": operation(body=body)}}) for body in (apart, alike)))
    assert "HomeParam" in schemas_of(made)
    assert list(map(str, naming(made).renamed)) == ["WorkParam (post_orders.body.work) is called HomeParam now"]
    assert "WorkParam (post_orders.body.work) is called HomeParam now" in made.notes
    assert "WorkParam" not in naming(made).given


@pytest.mark.parametrize("values", [("ab", "ac"), ("ac", "ab")], ids=["the second grew", "the first grew"])
def test_of_two_that_are_one_again_the_first_name_stays(tmp_path: Path, values: tuple[str, str]) -> None:
    """Another value at one of two places, and then taken back."""
    same, grown = (
        record(size=text(*first), buyer=record(size=text(*second))) for first, second in (("ab", "ab"), values)
    )
    first, second = (document({ORDERS: {"post": operation(body=body)}}) for body in (same, grown))
    assert {"Size", "BuyerSize"} <= set(schemas_of(followed(tmp_path, first, second)))
    again = followed(tmp_path, first, second, first)
    assert "Size" in schemas_of(again)
    assert [one.was for one in naming(again).renamed] == ["BuyerSize"]


def test_a_name_in_names_toml_wins_and_it_is_told(tmp_path: Path) -> None:
    """A person may rename what was published; the notes say what it was."""
    data = nested("home", STREET)
    made = followed(tmp_path, data, data, then='[names]\n"post_orders.body.home" = "AddressParam"\n')
    assert "AddressParam" in schemas_of(made)
    assert "HomeParam (post_orders.body.home) is called AddressParam now" in made.notes


def test_a_name_in_names_toml_stays_where_it_fits_no_place_any_more(tmp_path: Path) -> None:
    """Its shape has become a variant, and the line is noted, for it gives the name to nothing new."""
    names = '[names]\n"post_orders.body.pay" = "PaymentParam"\n'
    made = followed(tmp_path, nested("pay", CARD), nested("pay", {"anyOf": [CARD, CASH]}), names=names)
    assert "number" in schemas_of(made)["PaymentParam"]["properties"]
    assert "names.toml has lines that fit nothing in this document: post_orders.body.pay" in made.notes


def test_what_names_toml_says_of_a_name_is_for_the_shape_it_names(tmp_path: Path) -> None:
    """Another shape that would like such a name is called otherwise, so that it becomes a class."""
    plain = '[python]\nplain = ["HomeParam"]\n[names]\n"post_orders.body.house" = "HomeParam"\n'
    made = followed(tmp_path, nested("home", STREET), names=plain)
    assert set(schemas_of(made)) == {"PostOrdersParams", "PostOrdersHomeParam"}


def test_the_lock_has_a_line_for_each_name(tmp_path: Path) -> None:
    """Sorted, and read as it was written; building again changes nothing."""
    data = nested("pay", {"anyOf": [CARD, CASH]})
    made = followed(tmp_path, data, data)
    lines = made.given_text.splitlines()
    assert [json.loads("{" + line.strip().rstrip(",") + "}").popitem()[0] for line in lines[1:-1]] == sorted(
        schemas_of(made)
    )
    path = tmp_path / "names.lock.json"
    path.write_text(made.given_text, encoding="utf-8")
    assert load_given(path) == naming(made).given
    assert given_text(naming(followed(tmp_path, data, data, data)).given) == made.given_text


@pytest.mark.parametrize("damaged", ["", "[]", '{"A": {"kind": "object"}}', '{"A": 5}'])
def test_a_damaged_lock_is_an_error(tmp_path: Path, damaged: str) -> None:
    """It is named, with what to do."""
    path = tmp_path / "names.lock.json"
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(PipelineError, match="is not a lock of names"):
        load_given(path)


@pytest.mark.slow
@WITH_DOCUMENTS
@pytest.mark.parametrize("path", [*DATED, *SINGLE], ids=lambda path: path.stem)
def test_what_is_added_anywhere_renames_nothing(path: Path) -> None:
    """One property, variant, value or operation more: it builds, and every name is there and has all that it had."""
    published = read_document(path)
    keep_all = path not in DATED or path.name < "docs-public-2026"
    before = read(as_json(published), INPUTS, source=path.name, keep_all=keep_all)
    given = naming(before).given
    for grown, where in sample(published, 12 if path == DATED[-1] else 36, seed=15):
        after = read(as_json(grown), INPUTS, source=where, keep_all=keep_all, given=given)
        assert lost(before.upstream, after.upstream) == {}, where
        assert naming(after).renamed == (), where


def lost(before: Json, after: Json) -> Json:
    """The components that are gone, or have become another kind of shape, or have less than they had."""
    found, present = before["components"]["schemas"], after["components"]["schemas"]
    return {name: had for name, had in found.items() if not _has_all(had, present.get(name, {}))}


def _has_all(had: Json, has: Json) -> bool:
    return (
        set(had.get("properties", {})) <= set(has.get("properties", {}))
        and set(map(str, had.get("enum", []))) <= set(map(str, has.get("enum", [])))
        and ("anyOf" in had) == ("anyOf" in has)
    )


@pytest.mark.slow
@WITH_DOCUMENTS
@pytest.mark.parametrize(("earlier", "later"), list(pairwise(DATED)), ids=lambda path: path.stem)
def test_names_stay_from_one_day_to_the_next(earlier: Path, later: Path) -> None:
    """What two documents both have keeps its name, but where names.toml has one for the place of the later one."""
    before = read(earlier.read_bytes(), INPUTS, source=earlier.name, given={})
    after = read(later.read_bytes(), INPUTS, source=later.name, given=naming(before).given)
    again = read(later.read_bytes(), INPUTS, source=later.name, given=naming(after).given)
    assert {one.now for one in naming(after).renamed} <= {name for _, name in load_names(INPUTS.names).curated}
    assert again.upstream == after.upstream
    assert naming(again).given == naming(after).given


@pytest.mark.slow
@WITH_DOCUMENTS
def test_the_text_of_a_system_prompt_keeps_its_name() -> None:
    """`system` was a list of one kind of object in August, and has more in November."""
    august, november = DATED[-2:]
    before = read(august.read_bytes(), INPUTS, source=august.name, given={})
    after = read(november.read_bytes(), INPUTS, source=november.name, given=naming(before).given)
    had, has = (made.upstream["components"]["schemas"]["SystemTextParam"]["properties"] for made in (before, after))
    assert set(had) <= set(has)


def test_a_shuffled_lock_changes_nothing(tmp_path: Path) -> None:
    """The order in which names were given says nothing."""
    data = nested("pay", {"anyOf": [CARD, CASH]})
    made = followed(tmp_path, data, data)
    entries = list(naming(made).given.items())
    random.Random(1).shuffle(entries)
    other = build(as_json(data), BuildInputs(tmp_path), source="test.json", given=dict(entries))
    assert other.given_text == made.given_text
    assert other.upstream_text == made.upstream_text

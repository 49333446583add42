"""Merging: variants that say nearly the same become one, in an order of their own, and lose nothing."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from scripts.pipeline.document.schemas import canonical_json, find_discriminator, is_catch_all, tag_values, undated
from scripts.pipeline.normalize.merge import literal, merge_objects, merge_request, union

from ..support.documents import Json, record

NULL: Json = {"type": "null"}
STRING: Json = {"type": "string"}
INTEGER: Json = {"type": "integer"}


def array(items: Json, **limits: Any) -> Json:
    return {"type": "array", "items": items, **limits}


def variant(kind: Json | str, *required: str, **properties: Any) -> Json:
    """A variant in normal form: an object whose `type` is fixed to a value, or is as given."""
    tag = {"type": "string", "const": kind} if isinstance(kind, str) else kind
    return record(*sorted(("type", *required)), type=tag, **properties)


UNIONS: dict[str, tuple[list[Json], Json]] = {
    "one": ([STRING], STRING),
    "the same twice": ([STRING, dict(STRING)], STRING),
    "with null": ([STRING, NULL], {"type": ["string", "null"]}),
    "anything": ([STRING, {}], {}),
    "anything with a default": ([STRING, {"default": 1}], {}),
    "two types": ([INTEGER, STRING], {"anyOf": [STRING, INTEGER]}),
    "limits become the wider ones": (
        [
            {"type": "integer", "minimum": 1, "maximum": 5, "multipleOf": 2},
            {"type": "integer", "minimum": 0, "maximum": 9},
        ],
        {"type": "integer", "minimum": 0, "maximum": 9},
    ),
    "a limit that one lacks goes": ([{"type": "string", "minLength": 1, "pattern": "a"}, STRING], STRING),
    "values join": ([literal(["a"]), literal(["c", "b"])], literal(["a", "b", "c"])),
    "values stay beside any text": ([literal(["a", "b"]), STRING], {"anyOf": [literal(["a", "b"]), STRING]}),
    "values and null": ([literal(["a", "b"]), NULL], {"anyOf": [literal(["a", "b"]), NULL]}),
    "numbers with values": ([{"type": "integer", "const": 1}, {"type": "integer", "const": 2}], INTEGER),
    "lists join": (
        [array(record(a=STRING)), array(record(b=INTEGER))],
        array({"anyOf": [record(a=STRING), record(b=INTEGER)]}),
    ),
    "lists with limits": (
        [array(STRING, minItems=2), array(INTEGER, minItems=1)],
        array({"anyOf": [STRING, INTEGER]}, minItems=1),
    ),
    "a list without items": ([array(STRING), {"type": "array"}], {"type": "array", "items": {}}),
    "maps join": (
        [{"type": "object", "additionalProperties": STRING}, {"type": "object", "additionalProperties": INTEGER}],
        {"type": "object", "additionalProperties": {"anyOf": [STRING, INTEGER]}},
    ),
    "a map and a free object": (
        [{"type": "object", "additionalProperties": STRING}, {"type": "object"}],
        {"type": "object"},
    ),
    "a list of types unfolds": ([{"type": ["string", "null"]}, INTEGER], {"anyOf": [STRING, INTEGER, NULL]}),
    "objects without a tag but with the same properties": (
        [record("a", a=STRING), record("a", a=INTEGER)],
        record("a", a={"anyOf": [STRING, INTEGER]}),
    ),
    "objects without a tag of which one has a property more": (
        [record("a", a=STRING), record("a", a=STRING, b=STRING)],
        record("a", a=STRING, b=STRING),
    ),
    "objects without a tag of which one requires a property more": (
        [record("a", a=STRING), record("a", "b", a=STRING, b=STRING)],
        {"anyOf": [record("a", "b", a=STRING, b=STRING), record("a", a=STRING)]},
    ),
    "objects without a tag": ([record(a=STRING), record(b=STRING)], {"anyOf": [record(a=STRING), record(b=STRING)]}),
}


@pytest.mark.parametrize(("members", "united"), UNIONS.values(), ids=UNIONS.keys())
def test_a_union_has_one_form(members: list[Json], united: Json) -> None:
    """The union of these members is this schema, whichever comes first."""
    assert union(members) == united
    assert union(list(reversed(members))) == united


def test_nearly_equal_variants_merge() -> None:
    """Variants with one tag, of which one requires what the other requires, become one with the properties of both."""
    plain, cached = variant("text", "text", text=STRING), variant("text", "text", text=STRING, cache=INTEGER)
    merged = variant("text", "text", text=STRING, cache=INTEGER)
    assert union([plain, cached, variant("image")]) == {"anyOf": [merged, variant("image")]}


def test_dated_versions_merge() -> None:
    """Versions of one tool are one variant: a new version adds a value to its tag and no type."""
    first, second = variant("search_20250305", "name", name=STRING), variant("search_20260209", "name", name=STRING)
    joined = variant(literal(["search_20250305", "search_20260209"]), "name", name=STRING)
    assert union([first, second, variant("bash")]) == {"anyOf": [joined, variant("bash")]}


def test_different_variants_with_one_tag_stay_apart() -> None:
    """Two variants with one tag that each require something else are two things."""
    own, foreign = variant("custom", "schema", schema={"type": "object"}), variant("custom", "custom", custom=STRING)
    assert len(union([own, foreign])["anyOf"]) == 2


def test_an_open_variant_does_not_merge_with_a_fixed_one() -> None:
    """The variant for any further tag stays beside the known ones."""
    members = [variant("a", x=STRING), variant(STRING, x=STRING), variant("b", y=STRING)]
    united = union(members)["anyOf"]
    assert sorted(map(canonical_json, united)) == sorted(map(canonical_json, members))


def test_merged_objects_accept_what_each_accepted() -> None:
    """Properties are joined, requirements are those of all, and an object is closed only where all are."""
    first = {**record("a", "b", a=STRING, b=STRING), "additionalProperties": False, "x-hint": "Order"}
    second = {**record("a", a=INTEGER), "additionalProperties": False, "x-hint": "Order"}
    third = {**record("a", a=STRING), "x-hint": "Row"}
    closed = merge_objects([first, second])
    assert closed == {
        **record("a", a={"anyOf": [STRING, INTEGER]}, b=STRING),
        "additionalProperties": False,
        "x-hint": "Order",
    }
    assert "additionalProperties" not in merge_objects([first, third])
    assert "x-hint" not in merge_objects([first, third])
    assert "required" not in merge_objects([record(a=STRING), second])


@pytest.mark.parametrize(
    ("value", "without"),
    [
        ("search_20250305", "search"),
        ("search-20250305", "search"),
        ("search_20250305_b", "search_20250305_b"),
        ("search_19990305", "search_19990305"),
        ("gpt_2025", "gpt_2025"),
    ],
)
def test_a_tag_ends_in_a_date_or_not(value: str, without: str) -> None:
    """Only the date of a version is taken off a tag."""
    assert undated(value) == without


TAGS: dict[str, tuple[list[Json], str | None]] = {
    "type before role": ([variant("a", role=literal(["x"])), variant("b", role=literal(["y"]))], "type"),
    "role": ([record("role", role=literal(["x"])), record("role", role=literal(["y", "z"]))], "role"),
    "another property": ([record("shape", shape=literal(["x"])), record("shape", shape=literal(["y"]))], "shape"),
    "required by one only": ([variant("a"), record(type=literal(["b"]))], "type"),
    "required by none": ([record(type=literal(["a"])), record(type=literal(["b"]))], None),
    "open in one": ([variant("a"), variant(STRING)], "type"),
    "open in two": ([variant(STRING), variant(STRING, a=STRING)], None),
    "missing in one": ([variant("a"), record(a=STRING)], None),
    "numbers": ([record("type", type={"const": 1}), record("type", type={"const": 2})], None),
    "one variant": ([variant("a")], None),
}


@pytest.mark.parametrize(("variants", "tag"), TAGS.values(), ids=TAGS.keys())
def test_the_tag_of_a_union_is_found(variants: list[Json], tag: str | None) -> None:
    """The property that tells variants apart has known values in all but one of them and is required by one."""
    assert find_discriminator(variants) == tag


def test_a_tag_that_is_any_value_has_no_values() -> None:
    """A property that may hold anything tells nothing apart."""
    anything = record(type=True)
    assert tag_values(anything, "type") == ()
    assert not is_catch_all(anything, "type")


def request(*models: str, **properties: Any) -> Json:
    return record("model", model=literal(models), **properties)


def test_request_variants_that_differ_by_model_become_one_request() -> None:
    """One request accepts what each variant accepts; any model may be named, and the known ones are listed."""
    body, limits = merge_request(
        union(
            [
                request(
                    "small", "tiny", size={"type": "number", "minimum": 1, "default": 512}, heat={"type": "number"}
                ),
                request("large", size={"type": "number", "minimum": 1, "default": 4096}),
            ]
        )
    )
    assert body == record(
        "model",
        model={"anyOf": [literal(["large", "small", "tiny"]), STRING]},
        size={"type": "number", "minimum": 1},
        heat={"type": "number"},
    )
    assert [(limit.models, limit.defaults, limit.without) for limit in limits] == [
        (("large",), {"size": 4096}, ("heat",)),
        (("small", "tiny"), {"size": 512}, ()),
    ]


def test_a_default_that_all_models_share_stays_in_the_request() -> None:
    """Only what differs by model is kept per model."""
    body, limits = merge_request(
        {
            "anyOf": [
                request("a", n={"type": "integer", "default": 1}),
                request("b", n={"type": "integer", "default": 1}),
            ]
        }
    )
    assert body["properties"]["n"] == {"type": "integer", "default": 1}
    assert limits == []


def test_a_single_request_keeps_its_limits_to_itself() -> None:
    """A request without variants has an open model and no limits per model."""
    body, limits = merge_request(request("a", n=INTEGER))
    assert body == record("model", model={"anyOf": [{"type": "string", "enum": ["a"]}, STRING]}, n=INTEGER)
    assert limits == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(record(model=STRING), id="any model"),
        pytest.param({"anyOf": [request("a"), record(text=STRING)]}, id="a variant without model"),
        pytest.param(array(request("a")), id="a list"),
        pytest.param(NULL, id="null"),
    ],
)
def test_a_request_that_does_not_depend_on_the_model_is_left_alone(body: Json) -> None:
    """Where the variants are not told apart by model, nothing is merged."""
    assert merge_request(deepcopy(body)) == (body, [])


# --- properties of every union


def objects(inner: st.SearchStrategy[Json]) -> st.SearchStrategy[Json]:
    """Objects with some of four properties, one of which may be a tag."""
    tags = st.sampled_from([literal(["a"]), literal(["b"]), literal(["a", "c"]), literal(["v_20250101"]), STRING])
    properties = st.one_of(
        st.fixed_dictionaries({"type": tags}, optional={"x": inner, "y": inner}),
        st.fixed_dictionaries({"x": inner}, optional={"y": inner, "z": inner}),
    )

    def complete(parts: tuple[Json, set[str], bool]) -> Json:
        made = record(*sorted(parts[1] & set(parts[0])), **parts[0])
        return {**made, "additionalProperties": False} if parts[2] else made

    return st.tuples(properties, st.sets(st.sampled_from(["type", "x", "y"])), st.booleans()).map(complete)


SCALARS: st.SearchStrategy[Json] = st.sampled_from(
    [
        STRING,
        {"type": "string", "minLength": 2},
        {"type": "string", "maxLength": 3, "default": "d"},
        literal(["a", "b"]),
        literal(["b"]),
        INTEGER,
        {"type": "integer", "minimum": 2, "maximum": 4},
        {"type": "integer", "exclusiveMinimum": 3},
        {"type": "integer", "const": 7},
        {"type": "integer", "enum": [1, 2]},
        {"type": "number", "multipleOf": 0.5},
        {"type": "boolean"},
        {"type": ["string", "null"]},
        {"type": "object"},
        NULL,
        {},
    ]
)
SCHEMAS: st.SearchStrategy[Json] = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        inner.map(array),
        st.tuples(inner, st.integers(0, 2)).map(lambda parts: array(parts[0], minItems=parts[1])),
        inner.map(lambda schema: {"type": "object", "additionalProperties": schema}),
        st.lists(inner, min_size=1, max_size=3).map(lambda members: {"anyOf": members}),
        objects(inner),
    ),
    max_leaves=8,
)
MEMBERS = st.lists(SCHEMAS | objects(SCHEMAS), min_size=1, max_size=4)


@given(MEMBERS, st.randoms(use_true_random=False))
def test_a_union_does_not_depend_on_the_order_of_its_members(members: list[Json], random: Any) -> None:
    """The same members in any order give the same schema, byte for byte."""
    shuffled = list(members)
    random.shuffle(shuffled)
    assert union(members) == union(shuffled)


def test_equal_members_with_other_names_keep_one_name_in_any_order() -> None:
    """Of two components with the same content one gives its name, whichever upstream lists first."""
    first, second = {**record(a=STRING), "x-hint": "Order"}, {**record(a=STRING), "x-hint": "Basket"}
    assert union([first, second]) == union([second, first]) == second


@given(MEMBERS)
def test_a_union_of_a_union_is_the_union(members: list[Json]) -> None:
    """A union is in its final form: uniting it again changes nothing."""
    once = union(members)
    assert union([once]) == once
    assert union([once, once]) == once


@given(MEMBERS)
def test_uniting_changes_no_member(members: list[Json]) -> None:
    """The members that were given are left as they were."""
    before = deepcopy(members)
    union(members)
    assert members == before


def instances(schema: Json) -> st.SearchStrategy[Any]:
    """Values that a schema describes; objects have no fields that the schema does not name."""
    if "anyOf" in schema:
        return st.one_of([instances(member) for member in schema["anyOf"]])
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if isinstance(schema.get("type"), list):
        return st.one_of([instances({**schema, "type": kind}) for kind in schema["type"]])
    if "properties" in schema:
        fields = {name: instances(part) for name, part in schema["properties"].items()}
        needed = set(schema.get("required", ()))
        return st.fixed_dictionaries(
            {name: field for name, field in fields.items() if name in needed},
            optional={name: field for name, field in fields.items() if name not in needed},
        )
    by_type: dict[str | None, st.SearchStrategy[Any]] = {
        "string": st.text("abc", min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 5)),
        "integer": st.integers(schema.get("minimum", schema.get("exclusiveMinimum", -3) + 1), schema.get("maximum", 9)),
        "number": st.integers(-9, 9).map(lambda value: value / 2),
        "boolean": st.booleans(),
        "null": st.none(),
        None: st.sampled_from([None, "any", 3, [1], {"x": {"y": None}}]),
    }
    if schema.get("type") == "array":
        least = schema.get("minItems", 0)
        return st.lists(instances(schema["items"]), min_size=least, max_size=least + 2)
    if schema.get("type") == "object":
        return st.dictionaries(st.sampled_from("pqr"), instances(schema.get("additionalProperties", {})), max_size=2)
    return by_type[schema.get("type")]


@settings(max_examples=400)
@given(st.data(), MEMBERS)
def test_a_union_accepts_whatever_one_of_its_members_accepts(data: st.DataObject, members: list[Json]) -> None:
    """No value that upstream allows is lost by merging."""
    member = data.draw(st.sampled_from(members))
    value = data.draw(instances(member))
    assert Draft202012Validator(member).is_valid(value)
    assert Draft202012Validator(union(members)).is_valid(value)


@given(st.data(), st.lists(objects(SCALARS), min_size=1, max_size=4))
def test_merged_objects_accept_whatever_one_of_them_accepts(data: st.DataObject, variants: list[Json]) -> None:
    """No object that upstream allows is lost where variants become one."""
    value = data.draw(instances(data.draw(st.sampled_from(variants))))
    assert Draft202012Validator(merge_objects(variants)).is_valid(value)

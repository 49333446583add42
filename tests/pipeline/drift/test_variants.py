"""Drift sees each variant: what differs by model, or is nearly equal, is compared as it was before it was merged."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.build import read
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.drift.changes import Change, worst
from scripts.pipeline.drift.compare import compare
from scripts.pipeline.source.reading import read_document

from ..support.documents import ORDERS, Json, as_json, built, document, json_content, operation, record, tagged, text
from ..support.real import INPUTS, NEWEST, SHARED


def changes(folder: Path, before: Json, after: Json) -> list[Change]:
    """The differences between two bodies of one request."""
    pair = [document({ORDERS: {"post": operation(body=body)}}) for body in (before, after)]
    return compare(*(built(folder, one).upstream for one in pair))


def variant(*models: str, required: tuple[str, ...] = (), **properties: Any) -> Json:
    return record("model", *required, model=text(*models), **properties)


def told(found: list[Change]) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(change.kind, change.what, change.models) for change in found]


INTEGER: Json = {"type": "integer"}
PLAIN = record(a=text(), b=INTEGER)
#: A schema, the same one narrowed, and what is said of that.
NARROWINGS: dict[str, tuple[Json, Json, str]] = {
    "a requirement": (PLAIN, {**PLAIN, "required": ["a"]}, "now required"),
    "a required property": (PLAIN, record("c", **PLAIN["properties"], c=text()), "required property added"),
    "a property less": (PLAIN, record(a=text()), "property removed"),
    "closed": (PLAIN, {**PLAIN, "additionalProperties": False}, "other properties refused"),
    "further properties of a type": (
        {**PLAIN, "additionalProperties": {}},
        {**PLAIN, "additionalProperties": INTEGER},
        "values given a type",
    ),
    "a value less": (text("x", "y", "z"), text("x", "y"), "values removed"),
    "one value left": (text("x", "y"), text("x"), "values removed"),
    "values where any text was allowed": (text(), text("x", "y"), "values limited"),
    "another constant": (text("x"), text("y"), "constant changed"),
    "a lower maximum": ({**INTEGER, "maximum": 9}, {**INTEGER, "maximum": 8}, "maximum changed"),
    "a maximum": (INTEGER, {**INTEGER, "maximum": 8}, "maximum changed"),
    "an exclusive maximum": (INTEGER, {**INTEGER, "exclusiveMaximum": 8}, "exclusiveMaximum changed"),
    "a higher minimum": ({**INTEGER, "minimum": 1}, {**INTEGER, "minimum": 2}, "minimum changed"),
    "a coarser step": ({**INTEGER, "multipleOf": 2}, {**INTEGER, "multipleOf": 4}, "multipleOf changed"),
    "a shorter text": ({**text(), "maxLength": 9}, {**text(), "maxLength": 8}, "maxLength changed"),
    "a longer text": (text(), {**text(), "minLength": 1}, "minLength changed"),
    "a pattern": (text(), {**text(), "pattern": "^a"}, "pattern changed"),
    "a known format": (text(), {**text(), "format": "uuid"}, "format changed"),
    "smaller integers": ({**INTEGER, "format": "int64"}, {**INTEGER, "format": "int32"}, "format changed"),
    "fewer items": (
        {"type": "array", "items": text(), "maxItems": 9},
        {"type": "array", "items": text(), "maxItems": 8},
        "maxItems changed",
    ),
    "more items": (
        {"type": "array", "items": text()},
        {"type": "array", "items": text(), "minItems": 1},
        "minItems changed",
    ),
    "items that differ": (
        {"type": "array", "items": text()},
        {"type": "array", "items": text(), "uniqueItems": True},
        "uniqueItems changed",
    ),
    "items of fewer values": (
        {"type": "array", "items": text("x", "y")},
        {"type": "array", "items": text("x")},
        "values removed",
    ),
    "items of a type": ({"type": "array", "items": {}}, {"type": "array", "items": text()}, "type given"),
    "values of a map": (
        {"type": "object", "additionalProperties": {"type": "number"}},
        {"type": "object", "additionalProperties": INTEGER},
        "type changed",
    ),
    "an integer": ({"type": "number"}, INTEGER, "type changed"),
    "another type": (text(), INTEGER, "type changed"),
    "a type less": ({"type": ["string", "integer"]}, text(), "variant removed"),
    "a type for any value": ({}, text(), "type given"),
    "a type for limits": ({"minLength": 1}, {**text(), "minLength": 1}, "type given"),
    "null no more": ({**text(), "nullable": True}, text(), "null no longer allowed"),
    "a variant less": (
        {"oneOf": [tagged("p", a=text()), tagged("q", b=text())]},
        tagged("p", a=text()),
        "variant removed",
    ),
    "a variant of a union less": (
        {"oneOf": [tagged("p"), tagged("q"), tagged("r", "a", a=text())]},
        {"oneOf": [tagged("p"), tagged("q")]},
        "variant removed",
    ),
    "a requirement of a variant": (
        {"oneOf": [tagged("p", a=text()), tagged("q", b=text())]},
        {"oneOf": [tagged("p", "a", a=text()), tagged("q", b=text())]},
        "now required",
    ),
    "one of two variants with one tag": (
        {"oneOf": [tagged("p", a=text()), tagged("p", "a", "c", a=text(), c=text()), tagged("q")]},
        {"oneOf": [tagged("p", "a", a=text()), tagged("p", "a", "c", a=text(), c=text()), tagged("q")]},
        "now required",
    ),
    "a list of one kind less": (
        {"oneOf": [{"type": "array", "items": text()}, {"type": "array", "items": INTEGER}]},
        {"type": "array", "items": text()},
        "variant removed",
    ),
    "what is excluded": (text(), {**text(), "not": {"const": "x"}}, "not changed"),
    "a name that is limited": (
        PLAIN,
        {**PLAIN, "patternProperties": {"^x": INTEGER}},
        "patternProperties changed",
    ),
    "alternative requirements": (
        PLAIN,
        {**PLAIN, "anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        "now required",
    ),
    "a limit beside alternatives": (
        {"type": "string", "anyOf": [{"pattern": "^a"}, {"pattern": "^b"}]},
        {"type": "string", "maxLength": 9, "anyOf": [{"pattern": "^a"}, {"pattern": "^b"}]},
        "maxLength changed",
    ),
    "a position of a list": (
        {"type": "array", "prefixItems": [text(), text()]},
        {"type": "array", "prefixItems": [text(), text("x")]},
        "values limited",
    ),
}

#: Neither allows all that the other does, or takes away what a program may say.
BREAKING_EITHER_WAY = [NARROWINGS[name] for name in ("a required property", "another constant", "another type")]


@pytest.mark.parametrize(("wide", "narrow", "said"), NARROWINGS.values(), ids=NARROWINGS.keys())
@pytest.mark.parametrize("inside", [True, False], ids=["inside", "on top"])
def test_a_narrowing_for_one_model_is_breaking_and_names_it(
    tmp_path: Path, wide: Json, narrow: Json, said: str, inside: bool
) -> None:
    """Of two models, one is asked for more: what both together allow stays the same. The other way it is additive."""

    def body(part: Json) -> Json:
        first, second = ({"deep": record(part=one)} if inside else {"part": one} for one in (wide, part))
        return {"oneOf": [variant("a", "c", **first), variant("b", **second)]}

    found = changes(tmp_path, body(wide), body(narrow))
    assert ("breaking", said, ("b",)) in told(found)
    assert {change.models for change in found} == {("b",)}
    back = changes(tmp_path, body(narrow), body(wide))
    assert worst(back) == ("breaking" if (wide, narrow, said) in BREAKING_EITHER_WAY else "additive")
    assert {change.models for change in back} == {("b",)}


def test_a_property_of_one_model(tmp_path: Path) -> None:
    """Required, removed, or removed for all."""
    p, r = {"p": text()}, {"r": text()}
    wide = {"anyOf": [variant("a", **p), variant("b", **p, **r)]}
    asked = {"anyOf": [variant("a", **p), variant("b", required=("r",), **p, **r)]}
    less = {"anyOf": [variant("a", **p), variant("b", **p)]}
    assert told(changes(tmp_path, wide, asked)) == [("breaking", "now required", ("b",))]
    assert told(changes(tmp_path, wide, less)) == [("breaking", "property removed", ("b",))]
    assert told(changes(tmp_path, asked, wide)) == [("additive", "no longer required", ("b",))]


def test_what_changes_for_all_models_names_none(tmp_path: Path) -> None:
    """One line, and no list of every model."""
    before = {"anyOf": [variant("a", p=text()), variant("b", p=text(), r=text())]}
    after = {"anyOf": [variant("a", p=INTEGER), variant("b", p=INTEGER, r=text())]}
    assert told(changes(tmp_path, before, after)) == [("breaking", "type changed", ())]


MOVES: dict[str, tuple[list[Json], list[Json], list[tuple[str, str, tuple[str, ...]]]]] = {
    "a model more": (
        [variant("a", p=text())],
        [variant("a", p=text()), variant("b", p=text("x"))],
        [("additive", "model added", ("b",))],
    ),
    "a model more that asks for something new": (
        [variant("a", p=text())],
        [variant("a", p=text()), variant("b", q=text(), required=("q",))],
        [("additive", "model added", ("b",)), ("additive", "property added", ("b",))],
    ),
    "models more with what no model took": (
        [variant("a", p=text("x"))],
        [variant("a", p=text("x")), variant("b", p=text("x", "y")), variant("c", p=text("x", "y"), q=INTEGER)],
        [
            ("additive", "model added", ("b", "c")),
            ("additive", "values added", ("b", "c")),
            ("additive", "property added", ("c",)),
        ],
    ),
    "a model more, and a property for all": (
        [variant("a")],
        [variant("a", q=INTEGER), variant("b", q=INTEGER)],
        [("additive", "model added", ("b",)), ("additive", "property added", ())],
    ),
    "a model more in a variant": ([variant("a")], [variant("a", "b")], [("additive", "model added", ("b",))]),
    "a model less": (
        [variant("a", p=text()), variant("b", q=text())],
        [variant("a", p=text())],
        [("breaking", "model removed", ("b",))],
    ),
    "a model that moved to a variant that says the same": (
        [variant("a", "b", p=text()), variant("c", q=text())],
        [variant("a", p=text()), variant("b", p=text()), variant("c", q=text())],
        [],
    ),
    "a model that moved to a stricter variant": (
        [variant("a", "b", p=text()), variant("c", p=text("x"))],
        [variant("a", p=text()), variant("b", "c", p=text("x"))],
        [("breaking", "values limited", ("b",))],
    ),
    "a model in two variants of which one went": (
        [variant("a", p=text()), variant("a", p=text("x")), variant("b")],
        [variant("a", p=text()), variant("b")],
        [],
    ),
    "a model in two variants of which one became stricter": (
        [variant("a", p=text()), variant("a", q=INTEGER), variant("b")],
        [variant("a", p=text()), variant("a", q={**INTEGER, "maximum": 1}), variant("b")],
        [("breaking", "maximum changed", ("a",))],
    ),
    "any model where there was a list": (
        [variant("a", p=text())],
        [record("model", model=text(), p=text())],
        [("docs", "model removed", ("a",)), ("additive", "any value allowed", ())],
    ),
    "a list of models, and any model besides": (
        [variant("a", p=text()), variant("b", p=text())],
        [variant("a", p=text()), record("model", model=text(), p=text())],
        [("docs", "model removed", ("b",)), ("additive", "any value allowed", ())],
    ),
    "a list of models where there was any": (
        [record("model", model=text(), p=text())],
        [variant("a", p=text())],
        [("breaking", "values limited", ()), ("additive", "model added", ("a",))],
    ),
}


@pytest.mark.parametrize(("before", "after", "said"), MOVES.values(), ids=MOVES.keys())
def test_each_model_is_compared_with_itself(
    tmp_path: Path, before: list[Json], after: list[Json], said: list[tuple[str, str, tuple[str, ...]]]
) -> None:
    """In whatever variant it stands; of a model that comes, only what no model took before is told beside it."""
    assert sorted(told(changes(tmp_path, {"anyOf": before}, {"anyOf": after}))) == sorted(said)


def test_a_union_inside_a_request_may_differ_by_model_too(tmp_path: Path) -> None:
    """As the requests of a batch do."""
    before = record(rows={"type": "array", "items": {"anyOf": [variant("a", p=text()), variant("b", p=text())]}})
    after = record(rows={"type": "array", "items": {"anyOf": [variant("a", p=text()), variant("b", p=text("x"))]}})
    assert told(changes(tmp_path, before, after)) == [("breaking", "values limited", ("b",))]


def test_an_answer_is_compared_before_its_variants_are_merged(tmp_path: Path) -> None:
    """A value that an answer may newly have in one of two near variants breaks those who relied on the old ones."""
    before, after = (
        document(
            {
                ORDERS: {
                    "get": {
                        "responses": {
                            "200": {
                                "description": "",
                                "content": json_content(
                                    {"anyOf": [tagged("p", a=text("x", "y")), tagged("p", "b", a=values, b=text())]}
                                ),
                            }
                        }
                    }
                }
            }
        )
        for values in (text("x"), text("x", "y"))
    )
    found = compare(built(tmp_path, before).upstream, built(tmp_path, after).upstream)
    assert told(found) == [("breaking", "values added", ())]


def _without_tools(schema: Json) -> None:
    del schema["properties"]["tools"]


def _asking_for_a_system_prompt(schema: Json) -> None:
    schema["required"].append("system")


def _with_one_stop_sequence(schema: Json) -> None:
    schema["properties"]["stop_sequences"]["maxItems"] = 1


def _without_images(schema: Json) -> None:
    """In the content of a message, wherever that is a list."""
    found = dump_yaml(schema)
    for union in _unions(schema["properties"]["messages"]):
        union[:] = [one for one in union if one.get("properties", {}).get("type", {}).get("enum") != ["image"]]
    assert dump_yaml(schema) != found


def _unions(node: Any) -> Iterator[list[Json]]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("anyOf", "oneOf"):
                yield value
            yield from _unions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _unions(value)


REAL: dict[str, tuple[Callable[[Json], None], str]] = {
    "without tools": (_without_tools, "property removed"),
    "a system prompt is asked for": (_asking_for_a_system_prompt, "now required"),
    "one stop sequence": (_with_one_stop_sequence, "maxItems changed"),
    "without images": (_without_images, "variant removed"),
}


@pytest.mark.slow
@pytest.mark.skipif(not NEWEST.exists(), reason=f"the document is not at {SHARED} (set AIMLAPI_SHARED)")
@pytest.mark.parametrize(("narrow", "said"), REAL.values(), ids=REAL.keys())
def test_a_real_request_that_is_narrowed_for_one_model(narrow: Callable[[Json], None], said: str) -> None:
    """Opus 4.7 has a variant of its own under three ids, and twelve others say what they said."""
    raw = read_document(NEWEST)
    messages = {"/v1/messages": raw["paths"]["/v1/messages"]}
    pair: list[Json] = []
    for change in (None, narrow):
        made = deepcopy({**raw, "paths": messages})
        body = made["paths"]["/v1/messages"]["post"]["requestBody"]["content"]["application/json"]["schema"]
        own = [one for one in body["anyOf"] if "claude-opus-4-7" in one["properties"]["model"].get("enum", [])]
        if change:
            change(own[0])
        pair.append(read(as_json(made), INPUTS, source=NEWEST.name).upstream)
    found = compare(pair[0], pair[1])
    models = ("anthropic/claude-opus-4-7", "anthropic/claude-opus-4.7", "claude-opus-4-7")
    assert {(change.kind, change.what, change.models) for change in found} == {("breaking", said, models)}


def shuffled(node: Any, chance: random.Random) -> Any:
    """The same document with its keys, variants and values in another order."""
    if isinstance(node, dict):
        keys = list(node)
        chance.shuffle(keys)
        return {key: shuffled(node[key], chance) for key in keys}
    if isinstance(node, list):
        parts = [shuffled(part, chance) for part in node]
        chance.shuffle(parts)
        return parts
    return node


def test_what_is_kept_of_the_variants_does_not_depend_on_their_order(tmp_path: Path) -> None:
    """Byte for byte, and no more of it than differs from the merged shapes."""
    tools = {"type": "array", "items": {"anyOf": [tagged("p", a=text()), tagged("p", "a", a=text("x")), tagged("q")]}}
    body = {"anyOf": [variant("a", "c", tools=tools), variant("b", tools=tools, size=INTEGER), variant("d")]}
    made = document({ORDERS: {"post": operation(body=body)}})
    first = dump_yaml(built(tmp_path, made).upstream)
    for seed in range(5):
        other = shuffled(made, random.Random(seed))
        assert dump_yaml(built(tmp_path, other).upstream) == first


def test_a_document_without_variants_has_none_kept(tmp_path: Path) -> None:
    """Nothing is said twice."""
    plain = document({ORDERS: {"post": operation(body=record(a=text()), response=record(b=text()))}})
    assert "x-variants" not in built(tmp_path, plain).upstream


def test_the_names_of_variants_are_those_of_the_shapes(tmp_path: Path) -> None:
    """With the first model that uses them, so that a difference of two revisions reads like one of the shapes."""
    body = {"anyOf": [variant("v/a", deep=record(x=text())), variant("v/b", deep=record(x=text("y")))]}
    kept = built(tmp_path, document({ORDERS: {"post": operation(body=body)}})).upstream["x-variants"]
    assert sorted(kept["schemas"]) == [
        *("DeepParam@v:a", "DeepParam@v:b", "PostOrdersParams@v:a", "PostOrdersParams@v:b"),
    ]

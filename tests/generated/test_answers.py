"""Answers are true: each gives back exactly what came, and holds what its annotations promise."""

from __future__ import annotations

import copy
import datetime
import json
import pickle
import sys
from collections.abc import Callable
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

import attrs
import pytest

import aimlapi_client.models as models
from aimlapi_client.errors import DecodeError, UnreadableBody
from aimlapi_client.models import Batch, CreatedKey, KeyLimit, UnknownContentBlock
from aimlapi_client.types import (
    Answer,
    Secret,
    UnknownAnswer,
    check,
    date,
    date_time,
    decimal,
    read_body,
)

from .instances import Instances, Json
from .test_round_trip import OPENAPI

SCHEMAS: Json = OPENAPI["components"]["schemas"]
#: The models of what the gateway says, without those that only stand for what is not known.
ANSWERS = [
    name
    for name in models.__all__
    if isinstance(getattr(models, name), type)
    and issubclass(getattr(models, name), Answer)
    and "properties" in SCHEMAS.get(name, {})
]
UNKNOWN = [name for name in models.__all__ if name.startswith("Unknown") and not name.endswith("Param")]
#: Those that hold a secret.
SECRET = {"CreatedKey", "CreatedKeyEnvelope"}
INSTANCES = 30
COPIES: list[Callable[[Any], Any]] = [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))]


class Digits(str):
    """A number as it is written."""

    __slots__ = ()


class Told(Instances):
    """What a server may say within the document: nulls, unknown members, and numbers of up to 20 digits."""

    NUMBERS = ("0", "7", "0.1", "1.50", "0.12345678901234567890", "12345678901234.567890", "1e-7", "2.5E+3", "-0.0")

    def _object(self, schema: Json, depth: int) -> Json:
        made = super()._object(schema, depth)
        optional = [name for name in made if name in schema.get("properties", {})]
        for name in sorted({*optional} - {*schema.get("required", ())}):
            if self._random.random() < 0.2:
                made[name] = None
        if schema.get("additionalProperties", True) is True and schema.get("properties"):
            made["x-null"] = None
            made["x-digits"] = [Digits("3.14159265358979323846"), {"deep": None}]
        return made

    def _scalar(self, kind: str | None, schema: Json) -> Any:
        if kind == "number":
            return Digits(self._random.choice(self.NUMBERS))
        return super()._scalar(kind, schema)


def written(value: Any) -> str:
    """The JSON of a value, with its numbers as they were written and its members in one order."""
    if isinstance(value, dict):
        members = sorted(cast("Json", value).items())
        return "{" + ",".join(f"{json.dumps(name)}:{written(part)}" for name, part in members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(written, cast("list[Any]", value))) + "]"
    if isinstance(value, Digits):
        return str(value)
    return str(getattr(value, "text", json.dumps(value)))


def read(name: str, text: str) -> Any:
    """The model of an answer with this body."""
    return read_body(200, text.encode(), getattr(models, name).from_dict)


def told(name: str, seed: int = 5) -> list[str]:
    """Random answers of one model, as their texts."""
    instances = Told(OPENAPI, seed)
    return [written(instances.of(SCHEMAS[name])) for _ in range(INSTANCES)]


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_gives_back_what_came(name: str) -> None:
    """What is absent, what is null, what is unknown, and every digit."""
    texts = told(name)
    assert [written(read(name, text).to_dict()) for text in texts] == texts


@pytest.mark.parametrize("name", sorted(set(ANSWERS) - SECRET))
def test_copies_are_equal_and_give_back_the_same(name: str) -> None:
    """A copied or pickled answer is the same value, and loses nothing."""
    texts = told(name)
    made = [read(name, text) for text in texts]
    for copied in ([duplicate(one) for one in made] for duplicate in COPIES):
        assert copied == made
        assert [written(one.to_dict()) for one in copied] == texts


# --- annotations


def hints(kind: type) -> dict[str, Any]:
    """The types of the fields of a model."""
    every = {name: getattr(models, name) for name in models.__all__}
    found = get_type_hints(kind, {**every, **vars(sys.modules[kind.__module__])})
    return {field.name: found[field.name] for field in attrs.fields(kind)}


def fits(value: Any, hint: Any) -> bool:
    """Whether a value is of an annotated type, all the way down."""
    origin = get_origin(hint)
    if hint is Any:
        return True
    if origin in (Union, UnionType):
        return any(fits(value, member) for member in get_args(hint))
    if origin is Literal:
        return any(value == member and type(value) is type(member) for member in get_args(hint))
    if origin is list:
        return isinstance(value, list) and all(fits(item, get_args(hint)[0]) for item in cast("list[Any]", value))
    if origin is dict:
        return isinstance(value, dict)
    if origin is not None:
        return isinstance(value, origin)
    if hint in (int, float):
        return isinstance(value, {int: int, float: (int, float)}[hint]) and not isinstance(value, bool)
    return isinstance(value, NoneType if hint is None else hint) and misfits(value) == []


def misfits(value: Any) -> list[str]:
    """The fields of a model whose value is of another type than is annotated."""
    if not isinstance(value, Answer) or isinstance(value, UnknownAnswer):
        return []
    kinds = hints(type(value))
    return [
        f"{type(value).__name__}.{name}: {getattr(value, name)!r}"
        for name, hint in kinds.items()
        if not fits(getattr(value, name), hint)
    ]


@pytest.mark.parametrize("name", ANSWERS)
def test_a_field_is_what_its_annotation_says(name: str) -> None:
    """Money is Decimal, times are aware, what is absent or null is None, and lists hold what they promise."""
    assert [misfit for text in told(name) for misfit in misfits(read(name, text))] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.12345678901234567890", Decimal("0.12345678901234567890")),
        ("12345678901234567890", Decimal(12345678901234567890)),
        ("1e-7", Decimal("0.0000001")),
        ("0", Decimal(0)),
        ('" 0.10 "', Decimal("0.10")),
        ("null", None),
    ],
)
def test_money_is_exact(text: str, value: Decimal | None) -> None:
    """A number of any length, or the text of one, to the last digit; it is written as it came."""
    limit = read("KeyLimit", f'{{"threshold":{text}}}')
    assert limit.threshold == value
    assert written(limit.to_dict()) == f'{{"threshold":{text}}}'


@pytest.mark.parametrize("text", ['"much"', "true", "[1]", "{}", '"NaN"', '"Infinity"'])
def test_what_is_no_money_is_refused(text: str) -> None:
    """In an exact answer nothing else may stand in its place."""
    with pytest.raises(UnreadableBody, match="the field 'threshold' of KeyLimit is a"):
        read("KeyLimit", f'{{"threshold":{text}}}')


def test_absent_and_null_are_none_and_told_apart() -> None:
    """Only in what is written."""
    absent, null = KeyLimit.from_dict({}), KeyLimit.from_dict({"retention": None})
    assert (absent.retention, null.retention) == (None, None)
    assert absent == null
    assert (absent.to_dict(), null.to_dict()) == ({}, {"retention": None})


def test_a_null_that_was_replaced_is_written_anew() -> None:
    """What is set afterwards counts."""
    limit = KeyLimit.from_dict({"retention": None})
    limit.retention = "day"
    assert limit.to_dict() == {"retention": "day"}


@pytest.mark.parametrize(
    ("decoder", "text", "value"),
    [
        (date_time, "2026-08-01T00:00:00Z", datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)),
        (date_time, "2026-08-01T00:00:00.120Z", datetime.datetime(2026, 8, 1, 0, 0, 0, 120000, datetime.UTC)),
        (date_time, "2026-08-01T02:00:00+02:00", datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)),
        (date_time, "2026-08-01T00:00:00", datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)),
        (date_time, "2026-08-01", datetime.datetime(2026, 8, 1, tzinfo=datetime.UTC)),
        (date, "2026-08-01", datetime.date(2026, 8, 1)),
        (date, "2026-08-01T23:00:00Z", datetime.date(2026, 8, 1)),
        (decimal, "0.10", Decimal("0.1")),
        (decimal, 5, Decimal(5)),
        (decimal, 0.1, Decimal("0.1")),
    ],
)
def test_a_decoded_value_equals_a_plain_one(decoder: Callable[[Any], Any], text: Any, value: Any) -> None:
    """It hashes, sorts and copies as one, and remembers what it was read from, also in a copy."""
    made = decoder(text)
    assert (made, hash(made), made <= value) == (value, hash(value), True)
    assert [duplicate(made).wire for duplicate in COPIES] == [text] * 3


@pytest.mark.parametrize(
    ("decoder", "value"),
    [
        (date_time, "soon"),
        (date_time, ""),
        (date_time, 5),
        (date_time, None),
        (date, "2026-13-01"),
        (date, ["2026-08-01"]),
        (decimal, "much"),
        (decimal, "Infinity"),
        (decimal, True),
        (decimal, None),
        (decimal, {"a": 1}),
    ],
)
def test_what_cannot_be_decoded_is_kept(decoder: Callable[[Any], Any], value: Any) -> None:
    """As it is: nothing that a server sends is lost."""
    assert decoder(value) is value


def test_a_computed_value_remembers_nothing() -> None:
    """A moved time and a sum are written as what they are."""
    moved = date_time("2026-08-01T00:00:00Z") + datetime.timedelta(days=1)
    batch = Batch.from_dict({**BATCH, "created_at": "2026-08-01T00:00:00Z"})
    batch.created_at = moved
    assert batch.to_dict()["created_at"] == "2026-08-02T00:00:00+00:00"
    assert KeyLimit(threshold=decimal("0.10") * 2).to_dict() == {"threshold": Decimal("0.20")}
    assert pickle.loads(pickle.dumps(moved)) == moved


BATCH = {
    "id": "b",
    "type": "message_batch",
    "processing_status": "in_progress",
    "request_counts": {"processing": 1, "succeeded": 0, "errored": 0, "canceled": 0, "expired": 0},
    "created_at": "2026-05-04T17:27:37Z",
    "expires_at": "2026-05-05T17:27:37Z",
}


# --- exact answers


class Made:
    """Something with one field, checked as a model checks itself."""

    def __init__(self, value: object) -> None:
        self.value = value


LISTS = (str, (int, (bool,)), (float,))


@pytest.mark.parametrize(
    ("allowed", "value"),
    [
        ((str,), "a"),
        ((int, type(None)), None),
        ((bool,), True),
        ((object,), True),
        ((dict,), {"a": 1}),
        ((list,), [{}, 1]),
        (((str,),), []),
        (((str,),), ["a"]),
        (((str, type(None)),), ["a", None]),
        ((((str,),),), [["a"], []]),
        (LISTS, "a"),
        (LISTS, [1, [True]]),
        (LISTS, [1.5]),
    ],
)
def test_an_exact_answer_keeps_its_promise(allowed: Any, value: object) -> None:
    """Of the kinds that the document allows, at any depth of its lists."""
    made = Made(value)
    check(made, {"value": allowed})
    assert made.value is value


@pytest.mark.parametrize(
    ("allowed", "value", "words"),
    [
        ((str,), None, "null"),
        ((int,), "1", "a text"),
        ((int,), True, "a boolean"),
        ((int,), 1.5, "a number"),
        ((str, int), ["a"], "a list of a text"),
        (((str,),), [1], "a list of a number"),
        (((int,),), [True], "a list of a boolean"),
        ((((str,),),), ["a"], "a list of a text"),
        ((((str,),),), [[1]], "a list of a list of a number"),
        (LISTS, [1, [2]], "a list of a list of a number and a number"),
        (LISTS, [1, 1.5], "a list of a number"),
    ],
)
def test_an_exact_answer_that_breaks_it_is_refused(allowed: Any, value: object, words: str) -> None:
    """The error names the model, the field, and what came."""
    with pytest.raises(DecodeError, match=rf"the field 'value' of Made is {words}, which"):
        check(Made(value), {"value": allowed})


def test_a_whole_fraction_is_a_whole_number() -> None:
    """JSON has one kind of number, and some servers write 5.0."""
    made = Made(5.0)
    check(made, {"value": (int,)})
    assert (made.value, type(made.value)) == (5, int)


# --- secrets


KEY = "sk-hidden-hidden"


def created() -> CreatedKey:
    """An answer with a secret in it."""
    made = next(one for one in map(json.loads, told("CreatedKey")))
    return CreatedKey.from_dict({**made, "key": KEY})


def test_a_secret_is_never_shown() -> None:
    """Not by the answer, nor by itself, whatever it is put into."""
    secret = created().key
    shown = [
        repr(created()),
        str(created()),
        repr(secret),
        str(secret),
        f"{secret} {secret!r} {secret!s}",
        f"{[secret]}",
    ]
    assert [text for text in shown if "hidden" in text] == []
    assert (secret.reveal(), created().to_dict()["key"]) == (KEY, KEY)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
def test_a_secret_refuses_to_be_pickled(protocol: int) -> None:
    """By itself, and inside an answer."""
    with pytest.raises(TypeError, match="a secret is never pickled"):
        pickle.dumps(Secret(KEY), protocol)
    with pytest.raises(TypeError, match="a secret is never pickled"):
        pickle.dumps(created(), protocol)


@pytest.mark.parametrize("duplicate", [copy.copy, copy.deepcopy])
def test_an_answer_with_a_secret_can_be_copied(duplicate: Callable[[Any], Any]) -> None:
    """The copy stays in this process, and does not show it either."""
    copied = duplicate(created())
    assert (copied, copied.key.reveal(), "hidden" in repr(copied)) == (created(), KEY, False)


def test_secrets_are_compared_by_their_text() -> None:
    """And never equal to the text itself."""
    assert Secret(KEY) == Secret(KEY) != Secret("other")
    assert Secret(KEY) != KEY
    assert len({Secret(KEY), Secret(KEY)}) == 1


# --- what is not known


HOLOGRAM: Json = {"type": "hologram", "data": [1, {"x": None}], "none": None, "get": 1, "to_dict": 2, "_own": 3}


def hologram() -> UnknownContentBlock:
    """A block of a kind that nobody knows."""
    return UnknownContentBlock.from_dict(HOLOGRAM)


def test_the_members_of_an_unknown_variant_are_attributes() -> None:
    """As they came, null included; what a model has of its own stays its own."""
    block: Any = hologram()
    assert (block.type, block.data, block.none, block.get) == ("hologram", [1, {"x": None}], None, 1)
    assert block.to_dict() == HOLOGRAM
    assert (block["_own"], block["to_dict"]) == (3, 2)


@pytest.mark.parametrize("name", ["nothing", "_own", "__wrapped__"])
def test_an_attribute_that_is_not_there_is_an_error(name: str) -> None:
    """With the name in it, so that `hasattr` and a default work."""
    with pytest.raises(AttributeError, match=f"'UnknownContentBlock' has no '{name}'"):
        getattr(hologram(), name)
    assert getattr(hologram(), name, "default") == "default"


@pytest.mark.parametrize("name", UNKNOWN)
@pytest.mark.parametrize("duplicate", COPIES)
def test_an_unknown_variant_can_be_copied(duplicate: Callable[[Any], Any], name: str) -> None:
    """With its tag, and all that it holds."""
    kind = getattr(models, name)
    tag = attrs.fields(kind)[0].name
    block = kind.from_dict({**HOLOGRAM, tag: "hologram"})
    copied = duplicate(block)
    assert (copied, copied.to_dict(), copied.data) == (block, {**HOLOGRAM, tag: "hologram"}, [1, {"x": None}])


def test_a_deep_copy_shares_nothing() -> None:
    """To change it leaves the first as it was."""
    block = hologram()
    copied: Any = copy.deepcopy(block)
    copied.data.append(2)
    assert block.to_dict() == HOLOGRAM
    assert len(HOLOGRAM["data"]) == 2


def test_an_unknown_variant_stands_among_the_others() -> None:
    """Only an unknown tag makes one; a nested one copies with its message."""
    text = '{"type":"text","text":"a"}'
    made = read("Message", message(f'{text},{{"type":"hologram","digits":0.12345678901234567890}}'))
    assert [type(block).__name__ for block in made.content] == ["TextBlock", "UnknownContentBlock"]
    assert [written(duplicate(made).content[1].digits) for duplicate in COPIES] == ["0.12345678901234567890"] * 3


def message(content: str) -> str:
    """The text of a message with this content."""
    usage = '{"input_tokens":1,"output_tokens":2}'
    said = '"id":"m","type":"message","role":"assistant","model":"c","stop_reason":null'
    return f'{{{said},"usage":{usage},"content":[{content}]}}'


def test_the_suite_looks_at_every_answer() -> None:
    """The lists that the tables above are made of are not empty, and hold what they should."""
    assert {"Message", "Batch", "Balance", "UsageDetail", "CreatedKey", "KeyLimit"} <= set(ANSWERS)
    assert {"UnknownContentBlock", "UnknownMessageStreamEvent"} <= set(UNKNOWN)
    assert {name for name in ANSWERS if Secret in hints(getattr(models, name)).values()} == {"CreatedKey"}

"""Names of a document that Python takes for one, for its own, or for none."""

from __future__ import annotations

import keyword
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from scripts.pipeline.generate.python_names import argument_names, arguments_of, attribute_names, module_name

from ..support.clients import THINGS, client, method, run
from ..support.documents import Json, operation, parameter, record, text

#: Each group is one name in Python, or nearly.
GROUPS = {
    "a word of Python": ["class", "class_", "Class", "_class"],
    "a preposition": ["from", "from_", "FROM"],
    "signs": ["a-b", "a_b", "a.b", "a b", "aB", "a--b", "a$b"],
    "one letter in two spellings": ["\u00e9", "e\u0301", "\ufb01", "fi", "\uff46\uff49"],
    "what a model has": ["additional_properties", "to_dict", "to_dict_", "from_dict", "_nulls", "attrs_define"],
    "what annotations need": [
        "list",
        "list_",
        "dict",
        "str",
        "frozenset",
        "self",
        "self_",
        "datetime",
        "type",
        "type_",
    ],
    "no name at all": ["", " ", "!", "?", "1", "1st", "_", "__", "日本", "👍"],
    "dunders": ["__init__", "init", "__class__", "__slots__", "__dict__"],
    "the runtime": ["UNSET", "Answer", "Extensible", "check", "encode", "model", "cls", "data", "made", "d", "None"],
}


@pytest.mark.parametrize("wires", GROUPS.values(), ids=GROUPS.keys())
def test_each_property_has_an_attribute_of_its_own(wires: list[str]) -> None:
    """Which is a name, whatever Python makes of its letters."""
    for names in (attribute_names(wires), argument_names(wires)):
        assert list(names) == wires
        assert len({unicodedata.normalize("NFKC", name) for name in names.values()}) == len(wires)
        assert all(name.isidentifier() and not keyword.iskeyword(name) for name in names.values())


@given(st.lists(st.text(max_size=6), unique=True, max_size=6))
def test_any_texts_have_different_names(wires: list[str]) -> None:
    """In any order the same ones, and different to the generator too."""
    names = attribute_names(wires)
    assert names == attribute_names(reversed(wires))
    assert len({module_name(name) for name in names.values()}) == len(wires)
    assert all(name.isidentifier() and unicodedata.is_normalized("NFKC", name) for name in names.values())


def test_the_plain_one_of_two_keeps_its_name() -> None:
    """The other is spelled out, or counted where it has no signs."""
    assert attribute_names(["a-b", "a_b"]) == {"a-b": "a_dash_b", "a_b": "a_b"}
    assert attribute_names(["class", "class_"]) == {"class": "class_2", "class_": "class_"}


#: Parameters by place, and what their arguments are called.
PARAMETERS: dict[str, tuple[list[tuple[str, str]], list[str]]] = {
    "a path parameter beside a body": ([("path", "body")], ["body_path"]),
    "what the functions have": (
        [("path", "client"), ("path", "request"), ("header", "Content-Type"), ("query", "isinstance")],
        ["client_path", "request_path", "content_type_header", "isinstance_query"],
    ),
    "one name at two places": ([("path", "id"), ("query", "id")], ["id_path", "id_query"]),
    "one name at two places, and what it becomes": (
        [("cookie", "id"), ("header", "id"), ("query", "id_header")],
        ["id_cookie", "id_header", "id_underscore_header"],
    ),
    "signs": ([("query", "a-b"), ("query", "a_b")], ["a_dash_b", "a_b"]),
    "builtins": ([("query", "type"), ("query", "self"), ("query", "class")], ["type", "self", "class_"]),
}


@pytest.mark.parametrize(("given_names", "arguments"), PARAMETERS.values(), ids=PARAMETERS.keys())
def test_each_parameter_has_an_argument_of_its_own(given_names: list[tuple[str, str]], arguments: list[str]) -> None:
    """One that its functions need, or that is at two places, is called after its place too."""
    parameters = [parameter(name, place) for place, name in given_names]
    assert list(arguments_of({"parameters": parameters})) == arguments


def test_every_group_goes_out_and_comes_back(tmp_path: Path) -> None:
    """Each under its own name on the wire: as an argument of a method, in a model, and beside parameters."""
    wires = [wire for group in GROUPS.values() for wire in group]
    thing = record(*wires, **{wire: text() for wire in wires})
    places = [parameter("body", "path"), parameter("client", "path"), parameter("self"), parameter("class-")]
    path = f"{THINGS}/{{body}}/{{client}}"
    entry: Json = operation(body=thing, response=record("thing", thing=thing), parameters=places)
    folder = client(tmp_path, {path: {"post": entry}}, {f"POST {path}": method("call_it", "things.call")})
    program = """
names = [told.partition(":")[0] for told in signature("things", "call")[1]]
members = {name: name for name in names if name not in ("self_", "class_")}
[sent], got = both(lambda client: client.things.call("1", "2", self_="3", class_="4", **members))
print(json.dumps([sent, got, len(set(members))]))
"""
    value = {wire: wire for wire in wires}
    (verb, target, body), answer, members = run(folder, program, {"thing": value})
    assert (verb, target, answer) == ("POST", f"{THINGS}/1/2?class-=4&self=3", {"thing": value})
    assert set(body) == set(wires)
    assert len(set(body.values())) == members == len(wires)

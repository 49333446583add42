"""The typed dicts of requests: what a caller may give, and that no text of a document is code."""

from __future__ import annotations

import subprocess
import sys
import typing
from pathlib import Path
from typing import Any

import pytest

from scripts.pipeline.generate.params import RequestTypes

from ..support.documents import Json, built, document, nested, operation, record, tagged, text


def types_of(schemas: Json, *, open_shapes: frozenset[str] = frozenset(), **operation_members: Any) -> RequestTypes:
    """The types of a document with one operation, whose body is the component `Body`."""
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}}
    post = {"operationId": "make_it", "requestBody": body, "responses": {}, **operation_members}
    return RequestTypes({"paths": {"/it": {"post": post}}, "components": {"schemas": schemas}}, open_shapes)


def executed(types: RequestTypes) -> dict[str, Any]:
    """The names of `params.py`, as Python has them after it ran."""
    namespace: dict[str, Any] = {"__name__": "params"}
    exec(compile(types.module(), "params.py", "exec"), namespace)
    return namespace


def thing(**properties: Json) -> Json:
    """An object, all of whose members are optional."""
    return {"type": "object", "properties": properties}


def kind(*values: str, **members: Json) -> Json:
    """An object with a tag that it needs."""
    tag = {"type": "string", **({"const": values[0]} if len(values) == 1 else {"enum": list(values)} if values else {})}
    return {"type": "object", "properties": {"type": tag, **members}, "required": ["type"]}


def ref(name: str) -> Json:
    return {"$ref": f"#/components/schemas/{name}"}


SHAPES: Json = {
    "Body": thing(it={}),
    "Colour": {"type": "string", "enum": ["blue", "red"]},
    "Cat": kind("cat", lives={"type": "integer"}),
    "Dog": kind("dog", colour=ref("Colour")),
    "Other": kind(),
    "Pet": {"anyOf": [ref("Cat"), ref("Dog"), ref("Other")], "discriminator": {"propertyName": "type"}},
    "Schema": thing(type={"type": "string"}),
}

ANNOTATIONS: dict[str, tuple[Json, str]] = {
    "text": ({"type": "string"}, "str"),
    "a number": ({"type": "number"}, "float"),
    "money": ({"type": "number", "format": "decimal"}, "float | Decimal"),
    "text or null": ({"type": ["string", "null"]}, "str | None"),
    "null comes last": ({"anyOf": [{"type": "null"}, ref("Cat")]}, "Cat | SupportsToDict | None"),
    "anything": ({}, "Any"),
    "a union with anything": ({"anyOf": [{"type": "string"}, {}]}, "Any"),
    "a constant": ({"type": "string", "const": "a"}, "Literal['a']"),
    "values are closed": ({"type": "string", "enum": ["a", "b"]}, "Literal['a', 'b']"),
    "values with null": ({"enum": ["a", None]}, "Literal['a'] | None"),
    "named values": (ref("Colour"), "Colour"),
    "known values or any": ({"anyOf": [ref("Colour"), {"type": "string"}]}, "Colour | str"),
    "an object": (ref("Cat"), "Cat | SupportsToDict"),
    "a union of objects": (ref("Pet"), "Pet | SupportsToDict"),
    "a list of objects": ({"type": "array", "items": ref("Pet")}, "Iterable[Pet | SupportsToDict]"),
    "a list of texts": ({"type": "array", "items": {"type": "string"}}, "SequenceNotStr[str]"),
    "a list of values": ({"type": "array", "items": ref("Colour")}, "Iterable[Colour]"),
    "a map": ({"type": "object", "additionalProperties": {"type": "integer"}}, "Mapping[str, int]"),
    "a free object": ({"type": "object"}, "Mapping[str, Any]"),
    "an open shape": (ref("Schema"), "Schema"),
    "a shape that is missing": (ref("Gone"), "Any"),
    "a file": ({"type": "string", "format": "binary"}, "bytes"),
}


@pytest.mark.parametrize("case", ANNOTATIONS)
def test_annotation(case: str) -> None:
    """The Python type of what a caller may give, schema by schema."""
    schema, annotation = ANNOTATIONS[case]
    assert types_of(SHAPES, open_shapes=frozenset({"Schema"})).annotation(schema) == annotation


def test_names_of_an_annotation_are_told() -> None:
    """Whoever writes an annotation elsewhere learns what to import; a text in a Literal is no name."""
    types = types_of(SHAPES)
    annotation = types.annotation(
        {"anyOf": [ref("Pet"), {"const": "Dog"}, {"type": "array", "items": {"type": "string"}}]}
    )
    assert types.imports(annotation) == {"Pet", "SequenceNotStr", "SupportsToDict"}


def test_open_door_is_left_out() -> None:
    """A variant of any tag would let every misspelt one through."""
    names = executed(types_of({**SHAPES, "Body": thing(pet=ref("Pet"))}))
    assert names["Pet"] == names["Cat"] | names["Dog"]
    assert "Other" not in names


def test_members_that_are_needed_are_required() -> None:
    """The rest may be left out."""
    names = executed(types_of({**SHAPES, "Body": thing(pet=ref("Cat"))}))
    hints = typing.get_type_hints(names["Cat"], localns=names, include_extras=True)
    assert hints == {"type": typing.Required[typing.Literal["cat"]], "lives": int}


def test_only_what_a_request_reaches_is_there() -> None:
    """Shapes of answers have models."""
    assert executed(types_of({**SHAPES, "Body": thing(cat=ref("Cat"))}))["__all__"] == ("Body", "Cat")


def test_options_are_the_members_that_a_method_does_not_name() -> None:
    """All of them optional, and None says not given."""
    body = {**thing(a={"type": "string"}, b={"type": "integer"}, c=ref("Cat")), "required": ["a", "b"]}
    names = executed(types_of({**SHAPES, "Body": body}, **{"x-arguments": ["a", "gone"]}))
    assert names["MakeItOptions"].__annotations__.keys() == {"b", "c"}
    assert names["MakeItOptions"].__required_keys__ == frozenset()
    assert typing.get_type_hints(names["MakeItOptions"], localns=names)["b"] == int | None


def test_types_of_the_arguments_that_a_method_names() -> None:
    """They follow the document too."""
    body = thing(pets={"type": "array", "items": ref("Pet")}, size={"type": "integer"})
    names = executed(types_of({**SHAPES, "Body": body}, **{"x-arguments": ["pets", "size"]}))
    assert names["MakeItSizeArgument"] is int
    assert names["MakeItPetsItem"] == names["Cat"] | names["Dog"] | names["SupportsToDict"]


def test_member_that_is_no_name_of_python() -> None:
    """Such a shape is made by a call."""
    body = thing(**{"class": {"type": "string"}, "a-b": ref("Cat"), "str": {"type": "integer"}})
    names = executed(types_of({**SHAPES, "Body": body}))
    hints = typing.get_type_hints(names["Body"], localns=names)
    assert hints["class"] is str
    assert hints.keys() == {"class", "a-b", "str"}


def test_shape_with_the_name_of_what_annotations_need() -> None:
    """It gets another."""
    names = executed(types_of({"Body": thing(it=ref("Literal")), "Literal": kind("a")}))
    assert names["__all__"] == ("Body", "Literal_")


def test_union_that_holds_itself() -> None:
    """A tree is a text, or a list of trees."""
    tree = {"anyOf": [{"type": "array", "items": ref("Tree")}, {"type": "string"}]}
    names = executed(types_of({"Body": thing(it=ref("Tree")), "Tree": tree}))
    assert names["Tree"] == "Iterable[Tree] | str"


def test_narrower_shape_may_stand_in_for_a_wider_one() -> None:
    """A block of the same constant whose members are all known there, and which has all that is needed there."""
    wide = {**kind("text", text=text(), note=text()), "required": ["text"]}
    narrow = {**kind("text", text=text()), "required": ["text", "type"]}
    types = types_of({"Body": thing(a=ref("Wide"), b=ref("Narrow")), "Wide": wide, "Narrow": narrow})
    assert types.annotation(ref("Wide")) == "Wide | Narrow | SupportsToDict"
    assert types.annotation(ref("Narrow")) == "Narrow | SupportsToDict"


def test_text_of_a_document_is_no_code(tmp_path: Path) -> None:
    """Neither in descriptions nor in values nor in names of members."""
    evil = 'x"""\n\\"); import sys; sys.exit(3) #'
    body = {**thing(a={"type": "string", "const": evil, "description": evil}, **{evil: text()}), "description": evil}
    body2 = {**thing(a={"type": "string", "enum": [evil, "b"], "description": evil}), "description": evil}
    source = types_of({"Body": thing(a=ref("First"), b=ref("Second")), "First": body, "Second": body2}).module()
    file = tmp_path / "params.py"
    file.write_text(source, encoding="utf-8")
    assert subprocess.run([sys.executable, str(file)], check=False).returncode == 0


@pytest.mark.parametrize("order", ["one", "other"])
def test_order_of_the_document_does_not_count(tmp_path: Path, order: str) -> None:
    """The same bytes for the same document, however its members are ordered."""
    variants = [tagged("cat", lives={"type": "integer"}), tagged("dog", tail=text())]
    one = built(tmp_path, nested("it", {"oneOf": variants}))
    other = built(tmp_path, nested("it", {"oneOf": variants[::-1] if order == "other" else variants}))
    assert RequestTypes(one.openapi).module() == RequestTypes(other.openapi).module()


def test_document_without_bodies(tmp_path: Path) -> None:
    """There is nothing to type."""
    made = built(tmp_path, document({"/v1/orders": {"get": operation(response=record(id=text()))}}))
    assert executed(RequestTypes(made.openapi))["__all__"] == ()

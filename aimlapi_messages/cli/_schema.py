"""A JSON Schema from a file as the type of an answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from aimlapi_messages import NOT_GIVEN, InvalidRequestError
from aimlapi_messages.core.json import is_object, loads
from aimlapi_messages.schema.codec import Definitions, InvalidValue, Issue, TypeCodec

__all__ = ["FileSchema"]


class FileSchema(TypeCodec):
    """What the schema in a file allows. Raises InvalidRequestError for one that is none, OSError."""

    __slots__ = ("_schema", "_validator")

    def __init__(self, path: Path) -> None:
        try:
            schema = loads(path.read_bytes())
            Draft202012Validator.check_schema(schema)
        except (ValueError, SchemaError) as error:
            problem = error.message if isinstance(error, SchemaError) else error
            raise InvalidRequestError(f"{path} is no JSON Schema: {problem}") from error
        if not is_object(schema):
            raise InvalidRequestError(f"{path} is no JSON Schema of an answer: it is {schema!r}. Give an object.")
        self._validator: Any = Draft202012Validator(schema)
        first = schema.get("$ref", "")
        if first.startswith("#/$defs/"):  # a tool's schema says at once what it is
            schema = {**schema, **schema["$defs"].get(first.removeprefix("#/$defs/"), {})}
            del schema["$ref"]
        self._schema = schema

    def json_schema(self, definitions: Definitions) -> dict[str, Any]:
        return {name: value for name, value in self._schema.items() if name not in ("$schema", "$id")}

    def parse(self, value: Any, path: str) -> Any:
        errors = self._validator.iter_errors(value)
        found = [Issue(error.json_path[1:].lstrip("."), error.message, NOT_GIVEN) for error in errors]
        if found:
            raise InvalidValue(*found)
        return value

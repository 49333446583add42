"""What a schema allows converts to the annotated type and back; the emulator takes each schema as a tool's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from jsonschema import Draft202012Validator

from aimlapi_messages import AIMLAPI
from aimlapi_messages.schema.annotations import codec_of
from aimlapi_messages.testing import Emulator

from ..support import shapes
from ..support.json_values import values_of
from ..support.wire import MODEL
from .test_table import ROWS, name_of

# A validator of attrs refuses more than a schema can say.
ANNOTATIONS = [annotation for annotation, _, _ in ROWS if annotation is not shapes.Guest]


@pytest.fixture(scope="module")
def client() -> Iterator[AIMLAPI]:
    with Emulator() as emulator, AIMLAPI(api_key="any", base_url=emulator.base_url, max_retries=0) as client:
        yield client


@pytest.mark.parametrize("annotation", ANNOTATIONS, ids=name_of)
class TestAnnotation:
    @settings(max_examples=15)
    @given(data=st.data())
    def test_takes_all_that_its_schema_allows(self, annotation: Any, data: st.DataObject) -> None:
        codec = codec_of(annotation, where="output")
        validator = Draft202012Validator(codec.schema())
        value = json.loads(json.dumps(data.draw(values_of(codec.schema()))))
        validator.validate(value)
        read = codec.convert(value)
        written = codec.encode(read)
        validator.validate(written)
        again = codec.convert(json.loads(json.dumps(written)))
        assert (again, type(again)) == (read, type(read))

    def test_is_answered_by_the_emulator(self, annotation: Any, client: AIMLAPI) -> None:
        found = client.messages.parse(model=MODEL, messages="SGVsbG8=", output=annotation, output_retries=0)
        codec = codec_of(annotation, where="output")
        Draft202012Validator(codec.schema()).validate(codec.encode(found))

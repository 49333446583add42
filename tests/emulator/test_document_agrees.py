"""schemathesis against the emulator, by the built document: what it admits is served, what it refuses is refused."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    content_type_conformance,
    negative_data_rejection,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from aimlapi_messages.testing import Emulator

MANAGED = ("create_key", "list_keys", "update_key", "replace_key", "delete_key")


# AIMLAPI_CONTRACT=N asks for N examples of each operation, messages included: making theirs takes a minute alone, and
# `test_validation.py` looks at their bodies every time.
ASKED = os.environ.get("AIMLAPI_CONTRACT")
EXAMPLES = int(ASKED or 3)

# The emulator serves the document that it implements.
SCHEMA = schemathesis.openapi.from_asgi("/docs-public-yaml", Emulator(balance=1_000_000).app)
if not ASKED:
    SCHEMA = SCHEMA.exclude(operation_id="create_message")


@pytest.mark.filterwarnings("ignore")
@SCHEMA.parametrize()
@settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_the_emulator_and_the_document_agree(case: Any) -> None:
    """The emulator never fails, sends only documented statuses, types and bodies, and rejects invalid requests."""
    key = "manage-key" if case.operation.definition.raw.get("operationId") in MANAGED else "test-key"
    case.headers = {**(case.headers or {}), "Authorization": f"Bearer {key}"}
    case.call_and_validate(
        checks=[
            not_a_server_error,
            status_code_conformance,
            content_type_conformance,
            response_schema_conformance,
            negative_data_rejection,
        ]
    )

"""What all tests share: where the real documents lie, and which operations the document under test has."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from ruamel.yaml import YAML

import aimlapi_client

from .support.shared import SHARED

pytest_plugins = ["tests.support.fixtures"]

ROOT = Path(__file__).resolve().parents[1]


def pytest_configure() -> None:
    """No test may find a key or an address in the environment of whoever runs it."""
    for name in ("AIMLAPI_API_KEY", "AIML_API_KEY", "AIMLAPI_BASE_URL", "AIMLAPI_SPEC_URL"):
        os.environ.pop(name, None)
    expected = os.environ.get("AIMLAPI_CLIENT")
    if expected and not Path(aimlapi_client.__file__).is_relative_to(expected):
        raise pytest.UsageError(f"the client under test is {aimlapi_client.__file__}, not the one in {expected}")
    # How long an example takes says more of the machine than of the code.
    settings.register_profile("unhurried", settings(deadline=None))
    settings.load_profile("unhurried")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip the tests of operations and of members of theirs that the document lacks (see `scripts.pipeline verify`)."""
    present = _operations(Path(os.environ.get("AIMLAPI_DOCUMENT", ROOT / "openapi" / "openapi.yaml")))
    for item in items:
        for marker in item.iter_markers("operation"):
            for name in sorted({*marker.args} - present):
                item.add_marker(pytest.mark.skip(reason=f"the document has no operation {name}"))


def _operations(document: Path) -> set[str]:
    """The operations of a document, and the members of their bodies, such as "create_message.thinking"."""
    yaml: Any = YAML(typ="safe")
    data = yaml.load(document.read_text(encoding="utf-8"))
    found: set[str] = set()
    for operation in [operation for item in data["paths"].values() for operation in item.values()]:
        name = operation["operationId"]
        schemas = [media["schema"] for media in operation.get("requestBody", {}).get("content", {}).values()]
        resolved = [
            data["components"]["schemas"].get(schema.get("$ref", "").rpartition("/")[2], {}) for schema in schemas
        ]
        found |= {name, *(f"{name}.{member}" for schema in resolved for member in schema.get("properties", {}))}
    return found


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents and recordings; tests that need it skip where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"real documents and recordings are not at {SHARED} (set AIMLAPI_SHARED)")
    return SHARED

"""JSON as the standard has it."""

from __future__ import annotations

import pytest

from aimlapi_messages.core.json import dumps, loads


def test_json_is_the_standard_s_and_no_more() -> None:
    """What Python would write or read beyond JSON is a ValueError."""
    assert loads(b'\xef\xbb\xbf{"a": "\xff"}') == {"a": "\ufffd"}
    with pytest.raises(ValueError, match="Infinity is not JSON"):
        loads("[-Infinity]")
    with pytest.raises(ValueError, match="nested too deeply"):
        loads("[" * 100_000)
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps([float("nan")])

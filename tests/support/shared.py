"""Where real documents, and bodies and streams of the gateway, lie that are not in the repository. Not a test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

SHARED: Final = Path(os.environ.get("AIMLAPI_SHARED", Path(__file__).resolve().parents[3] / "shared"))
WIRE: Final = SHARED / "wire"

recorded: Final = pytest.mark.skipif(not WIRE.is_dir(), reason=f"recordings are not at {WIRE} (set AIMLAPI_SHARED)")

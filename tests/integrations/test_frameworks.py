"""An integration costs nothing until it is imported, and its page is true where its framework is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ..support.blocks import blocks, run_blocks
from ..support.frameworks import FRAMEWORKS

ROOT = Path(__file__).resolve().parents[2]
USE = """
import sys
from aimlapi_messages import AIMLAPI
from aimlapi_messages.testing import Emulator
with Emulator() as emulator, AIMLAPI(api_key="any", base_url=emulator.base_url) as client:
    client.messages.create(model="anthropic/claude-sonnet-5", messages="Hello")
print(*sys.modules)
"""


@pytest.mark.operation("create_message")
def test_no_framework_is_imported_unasked() -> None:
    """Wherever they are installed."""
    done = subprocess.run([sys.executable, "-c", USE], capture_output=True, text=True, check=True, cwd=ROOT)
    loaded = set(done.stdout.split())
    assert [name for names in FRAMEWORKS.values() for name in names if name in loaded] == []
    assert [name for name in loaded if name.startswith("aimlapi_messages.integrations")] == []


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_an_integration_without_its_framework(name: str) -> None:
    """It says which extra brings it."""
    missing = {module.partition(".")[0] for module in FRAMEWORKS[name]}
    load = f"import sys; sys.modules.update(dict.fromkeys({missing})); import aimlapi_messages.integrations.{name}"
    done = subprocess.run([sys.executable, "-c", load], capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.stderr.rstrip().endswith(f"pip install 'aimlapi-messages[{name.replace('_', '-')}]'")


def test_an_llm_that_is_too_old_does_without_the_plugin() -> None:
    """For its commands load every plugin, and would end with what one of them raises."""
    load = "import sys; sys.modules['llm'] = None; from aimlapi_messages.integrations import llm_plugin as empty"
    shown = "print(empty.__name__, [name for name in vars(empty) if name[:2] != '__'])"
    command = [sys.executable, "-c", f"{load}; {shown}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "aimlapi_messages.integrations.llm []\n"
    assert done.stderr.endswith("pip install 'aimlapi-messages[llm]'\n")


@pytest.mark.operation("create_message")
@pytest.mark.parametrize("name", FRAMEWORKS)
def test_the_blocks_of_its_page_run(name: str) -> None:
    """Each by itself, where the framework is."""
    pytest.importorskip(FRAMEWORKS[name][0])
    page = ROOT / "docs" / "integrations" / f"{name}.md"
    assert len(run_blocks(page)) == len(blocks(page)) > 0


@pytest.mark.parametrize("name", FRAMEWORKS)
def test_an_integration_is_small(name: str) -> None:
    """Each of its modules has at most 350 lines, of which those that use the client take the public door."""
    for path in (ROOT / "aimlapi_messages" / "integrations").glob(f"{name}*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 350
        assert [line for line in lines if line.startswith(("from ..", "from aimlapi_messages."))] == [
            line for line in lines if line.startswith(("from .. import", "from ..types import"))
        ]

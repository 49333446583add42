"""Verify: whether the hand-written package works on a client made from another document."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from ..build import build
from ..generate.package import generate
from ..naming.names import load_names
from ..source.reading import read_bytes
from .workspace import Workspace

#: The tests of the hand-written package, which are to pass on any client of this gateway.
SUITES = tuple(
    f"tests/{folder}"
    for folder in (
        "core",
        "transport",
        "content",
        "schema",
        "message",
        "streaming",
        "tools",
        "bulk",
        "resources",
        "client",
        "anthropic",
    )
)
#: Tests of bytes and connections, which are the same for every document and take most of the time.
LEFT_OUT = tuple(
    f"tests/{folder}/test_{name}.py"
    for folder, names in {
        "transport": "cancellation codings connection_errors deadlines forks limits loops pools proxies replies "
        "signals",
        "streaming": "deferred_close dropped_streams sse sse_properties truncation",
        "bulk": "engines forks journal kill names pace",
        "client": "leaks soak",
    }.items()
    for name in names.split()
)
#: All processors, each taking tests from another when it has none left. The slow tests are the same for every document.
OPTIONS = (
    *("-q", "-m", "not slow", "-n", "auto", "--dist", "worksteal", "--no-cov"),
    *("-p", "no:cacheprovider", "-p", "no:schemathesis"),  # which every worker would load for a second, to no end
)


def verify(workspace: Workspace, input_file: Path) -> int:
    """Build and generate from ``input_file`` in a temporary place, and run the tests there; 0 where all passed, else 1.

    Tests of operations and models that the document lacks are skipped by name (`pytest.mark.operation`).
    """
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        built = build(read_bytes(input_file), workspace.inputs, source=str(input_file))
        document = place / "openapi.yaml"
        document.write_text(built.openapi_text, encoding="utf-8")
        files = generate(built.openapi, load_names(workspace.inputs.names), place / "generated")
        print(f"{input_file.name}: {files} files generated; running {' '.join(SUITES)}", flush=True)
        path = os.pathsep.join([str(place / "generated"), str(workspace.root)])
        environment = {
            **os.environ,
            "PYTHONPATH": path,
            "AIMLAPI_DOCUMENT": str(document),
            "AIMLAPI_CLIENT": str(place / "generated"),
        }
        ignored = [f"--ignore={path}" for path in LEFT_OUT]
        command = [sys.executable, "-m", "pytest", *SUITES, *ignored, *OPTIONS]
        # pytest has more codes, of which 2 says here that the command line is wrong.
        return 1 if subprocess.run(command, cwd=workspace.root, env=environment, check=False).returncode else 0

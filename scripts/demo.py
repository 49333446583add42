"""The whole workflow, end to end: ``make demo``.

1. Start the local emulator on a free port, pull the document from it, and generate a client in a temporary folder.
2. With that client, send a plain question, a system prompt, a tool and its result, a stream and an image.
3. Restart the emulator with a document that has two more operations, an optional request field and a response field:
   the pipeline reports them, and after adding two lines to `sources.toml` both clients have them, typed.

Needs no key and no network. With ``--live`` and AIMLAPI_API_KEY set, steps 1 and 2 use the real gateway, and
each request costs a little; step 3 stays local.
"""

from __future__ import annotations

import argparse
import base64
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from textwrap import indent
from typing import TYPE_CHECKING

from scripts.pipeline.build import build
from scripts.pipeline.checkout.workspace import Workspace, obtain, regenerate
from scripts.pipeline.document.dump import dump_yaml
from scripts.pipeline.document.errors import PipelineError
from scripts.pipeline.drift.compare import compare
from scripts.pipeline.drift.report import Report
from scripts.pipeline.source.reading import parse_mapping
from scripts.proof import LINES, add_lines, check_types, gained, run_program

if TYPE_CHECKING:
    from aimlapi_messages import AIMLAPI, Message
    from aimlapi_messages.types import (
        ContentBlockParam,
        MessageParam,
        ToolParam,
        ToolResultBlockParam,
    )

ROOT = Path(__file__).resolve().parents[1]
MODEL = os.environ.get("AIMLAPI_MODEL", "anthropic/claude-sonnet-5")


def main() -> int:
    """Run the demo and return the exit code."""
    parser = argparse.ArgumentParser(prog="make demo", description=__doc__)
    parser.add_argument("--live", action="store_true", help="ask the real gateway (needs AIMLAPI_API_KEY)")
    live: bool = parser.parse_args().live
    if live and not (os.environ.get("AIMLAPI_API_KEY") or os.environ.get("AIML_API_KEY")):
        print("LIVE=1 needs a key: set AIMLAPI_API_KEY", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="aimlapi-demo-") as scratch:
        workspace = _workspace(Path(scratch))
        try:
            if live:
                _follow(workspace, None)
                _converse(workspace, base_url=None, key=None)
            else:
                with _emulator() as base_url:
                    _follow(workspace, f"{base_url}/docs-public-yaml")
                    _converse(workspace, base_url=base_url, key="demo-key")
            _change(workspace, Path(scratch))
        except PipelineError as error:
            print(f"error: {error}", file=sys.stderr)
            return 1
    print("\nDone.")
    return 0


def _workspace(scratch: Path) -> Workspace:
    """A workspace with our names and corrections, but nothing built."""
    Workspace(ROOT).inputs.copy_to(scratch / "openapi")
    return Workspace(scratch)


@contextmanager
def _emulator(*arguments: str) -> Generator[str]:
    """Run the emulator in a separate process; yields its URL."""
    command = [sys.executable, "-m", "aimlapi_messages.testing", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if " at " not in line:
                raise PipelineError("the emulator did not start", hint="run `python -m aimlapi_messages.testing`")
            base_url = line.rsplit(" at ", 1)[1].strip()
            print(f"The emulator listens on {base_url}")
            yield base_url
        finally:
            process.terminate()


def _follow(workspace: Workspace, url: str | None) -> None:
    """Pull the document and generate the client from it."""
    built, files = regenerate(workspace, url=url, input_file=None)
    operations = sum(len(item) for item in built.openapi["paths"].values())
    print(f"Pulled the document: {operations} operations; generated {files} files")


def _converse(workspace: Workspace, *, base_url: str | None, key: str | None) -> None:
    """The requests of the gateway's documentation, sent with the generated client."""
    sys.path.insert(0, str(workspace.generated))
    # Imported here, so that it is the client just generated.
    import aimlapi_client  # noqa: PLC0415
    from aimlapi_messages import AIMLAPI  # noqa: PLC0415

    print(f"Imported the client from {Path(aimlapi_client.__file__).parent}")
    with AIMLAPI(base_url=base_url, api_key=key) as client:
        for title, request in (("A plain question", _plain), ("A system prompt", _system), ("A tool", _tool)):
            _show(title, request, client)
        _show("A stream", _stream, client)
        _show("An image", _image, client)
        print(f"\nTotal spent: {client.spent} USD")


def _show(title: str, request: Callable[[AIMLAPI], Message], client: AIMLAPI) -> None:
    print(f"\n== {title}")
    message = request(client)
    if title != "A stream":
        print(message.text)
    print(f"   request {message.request_id}, {message.usage.output_tokens} tokens out, cost {message.cost}")


def _plain(client: AIMLAPI) -> Message:
    return client.messages.create(model=MODEL, max_tokens=300, messages="How are you today?")


def _system(client: AIMLAPI) -> Message:
    return client.messages.create(
        model=MODEL, max_tokens=300, system="You are a laconic lighthouse keeper.", messages="What do you see?"
    )


def _tool(client: AIMLAPI) -> Message:
    weather: ToolParam = {
        "name": "get_weather",
        "description": "Get the current weather in a given location",
        "input_schema": {
            "type": "object",
            "properties": {"location": {"type": "string", "description": "City and state"}},
            "required": ["location"],
        },
    }
    question: MessageParam = {"role": "user", "content": "What is the weather like in San Francisco, CA?"}
    call = client.messages.create(model=MODEL, max_tokens=1024, tools=[weather], messages=[question])
    results: list[ToolResultBlockParam] = []
    for use in call.tool_uses:
        print(f"   the model calls {use.name}({use.input})")
        results.append({"type": "tool_result", "tool_use_id": use.id, "content": "18 degrees Celsius, clear sky"})
    return client.messages.create(
        model=MODEL,
        max_tokens=1024,
        tools=[weather],
        messages=[question, call.to_param(), {"role": "user", "content": results}],
    )


def _stream(client: AIMLAPI) -> Message:
    with client.messages.stream(model=MODEL, max_tokens=300, messages="Count from one to five.") as stream:
        for text in stream.text_stream:
            print(text, end="", flush=True)
        print()
        return stream.get_final_message()


def _image(client: AIMLAPI) -> Message:
    data = base64.b64encode(_png(64, 48)).decode()
    content: list[ContentBlockParam] = [
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": data}},
        {"type": "text", "text": "What is in this image?"},
    ]
    return client.messages.create(model=MODEL, max_tokens=300, messages=[{"role": "user", "content": content}])


def _png(width: int, height: int) -> bytes:
    """A small image: a gradient from left to right."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"".join(bytes((255 * x // width, 120, 200)) for x in range(width))
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(row * height))
        + chunk(b"IEND", b"")
    )


def _change(workspace: Workspace, scratch: Path) -> None:
    """Publish a document with new operations and fields, report the changes, and support them by adding two lines."""
    print("\n== The document changes")
    document = gained(parse_mapping(workspace.openapi.read_bytes(), source="openapi.yaml"))
    changed = scratch / "changed.yaml"
    changed.write_text(dump_yaml(document), encoding="utf-8")
    upstream = parse_mapping(workspace.upstream.read_bytes(), source="upstream.yaml")
    with _emulator("--document", str(changed)) as base_url:
        url = f"{base_url}/docs-public-yaml"
        add_lines(workspace.inputs.sources)
        print("   two lines in sources.toml:", *LINES, sep="\n      ")
        fetched = obtain(workspace, url=url, input_file=None, always=True)
        assert fetched.raw is not None
        fresh = build(fetched.raw, workspace.inputs, source=url).upstream
        report = Report("the document so far", url, compare(upstream, fresh))
        print(indent(report.to_text(), "   "))
        _follow(workspace, url)
    refused, to_refuse = check_types(workspace)
    if refused != to_refuse:
        raise PipelineError(
            f"pyright rejects the lines {sorted(refused)} instead of {sorted(to_refuse)}", source="uses.py"
        )
    print(f"   pyright accepts the new methods, arguments and fields, and rejects the {len(refused)} wrong uses")
    for name, value in run_program(workspace).items():
        print(f"   {name}: {value}")


if __name__ == "__main__":
    sys.exit(main())

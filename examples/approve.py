"""A person approves tool calls; the run is saved and resumed."""

import json
import sys
import tempfile
from pathlib import Path

from aimlapi_messages import AIMLAPI, MaxIterationsError, Refuse, ToolCall

FILES = {"notes.txt": "Buy milk.", "secret.txt": "hunter2"}


def read_file(name: str) -> str:
    """Read a file."""
    return FILES.get(name, f"There is no file {name!r}.")


def delete_file(name: str) -> str:
    """Delete a file."""
    return f"Deleted {name!r}." if FILES.pop(name, None) else f"There is no file {name!r}."


def approve(call: ToolCall) -> Refuse | None:
    """Allow reading; ask the user about anything else, and refuse if there is no terminal."""
    if call.name == "read_file":
        return None
    yes = sys.stdin.isatty() and input(f"{call.name}({dict(call.input)})? [y/N] ") == "y"
    return None if yes else Refuse("The user does not want that.")


saved = Path(tempfile.gettempdir()) / "transcript.json"
client = AIMLAPI()
tools = [read_file, delete_file]
try:
    client.messages.tool_runner(
        model="anthropic/claude-sonnet-5",
        messages="Please delete the file notes.txt.",
        tools=tools,
        max_iterations=1,
    ).until_done()
except MaxIterationsError as error:
    saved.write_text(json.dumps(error.transcript))

answer = client.messages.tool_runner(
    model="anthropic/claude-sonnet-5",
    messages=json.loads(saved.read_text()),
    tools=tools,
    before_call=approve,
).until_done()
print(answer.text)

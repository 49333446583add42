"""A person approves what cannot be undone, and the run goes on from where it was saved."""

import json
import sys
from typing import Literal

from aimlapi_messages import AIMLAPI, MaxIterationsError, Refuse, ToolCall

MODEL = "anthropic/claude-sonnet-5"
Name = Literal["notes.txt", "todo.txt"]
FILES: dict[Name, str] = {"notes.txt": "Buy milk.", "todo.txt": "Call Ada."}


def read_file(name: Name) -> str:
    """Read a file."""
    return FILES[name]


def delete_file(name: Name) -> None:
    """Delete a file."""
    del FILES[name]


def approve(call: ToolCall) -> Refuse | None:
    """Reading is allowed. About the rest a person is asked."""
    if call.name == "read_file":
        return None
    print(f"{call.name}({dict(call.input)})? [y/N] ", flush=True)
    return None if sys.stdin.readline().strip() == "y" else Refuse("The user does not want that.")


client, tools = AIMLAPI(), [read_file, delete_file]
try:
    client.messages.tool_runner(model=MODEL, messages="Delete notes.txt.", tools=tools, max_iterations=1).until_done()
except MaxIterationsError as error:
    saved = json.dumps(error.transcript)  # here a program may end, and another begin
    run = client.messages.tool_runner(model=MODEL, messages=json.loads(saved), tools=tools, before_call=approve)
    print(f"{run.until_done().text}\n{FILES}")

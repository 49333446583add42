"""`chat` and `send`: conversations in the terminal."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from aimlapi_messages import AIMLAPI, AIMLAPIError, CreateOptions, InvalidRequestError, Message, image

from ._output import INTERRUPTED, complain, console, exit_code, listen, note, print_json, print_text, read_input

if TYPE_CHECKING:
    from aimlapi_messages.types import ImageBlockParam, MessageParam

__all__ = ["chat", "read_question", "send"]

_HELP = "/image PATH adds an image to the next message, /new begins anew, /exit or Ctrl-D leaves."


def read_question(words: Sequence[str]) -> str:
    """The question of the command line; from standard input when there is none."""
    question = " ".join(words)
    with suppress(UnicodeError):  # a locale that is not UTF-8 took it for bytes
        question = os.fsencode(question).decode()
    question = question.strip() or read_input().strip()
    if not question:
        raise InvalidRequestError("There is no question. Give it as words, or on standard input.")
    return question


def send(
    client: AIMLAPI,
    model: str,
    question: str,
    images: Sequence[Path],
    max_tokens: int,
    options: CreateOptions,
    *,
    as_json: bool,
) -> int:
    """Ask once. The answer is printed as it comes, or whole as JSON."""
    turn = [_user_turn(question, [image(path) for path in images])]
    if as_json:
        whole = client.messages.create(model=model, messages=turn, max_tokens=max_tokens, **options)
        print_json(whole.to_dict())
        return 0
    answer, interrupted = _stream(client, model, turn, max_tokens, options)
    _tell_end(answer)
    return INTERRUPTED if interrupted else 0


def chat(client: AIMLAPI, model: str, images: Sequence[Path], max_tokens: int, options: CreateOptions) -> int:
    """A conversation. Ctrl-C stops an answer, whose beginning stays in the conversation; at the prompt it leaves."""
    note(f"{model}. {_HELP}")
    listen()
    turns: list[MessageParam] = []
    waiting = [image(path) for path in images]
    while True:
        try:
            line = console().input("[bold]> [/bold]").removeprefix("\ufeff").strip()
        except EOFError:
            note()
            return 0
        except KeyboardInterrupt:
            note()
            return INTERRUPTED
        if line in ("/exit", "/quit"):
            return 0
        if line == "/new":
            turns, waiting = [], []
        elif line.startswith("/image "):
            try:
                waiting.append(image(Path(os.path.expanduser(line.removeprefix("/image ").strip()))))
            except AIMLAPIError as error:
                complain(error)
        elif line.startswith("/"):
            note(_HELP)
        elif line:
            try:
                turn = _user_turn(line, waiting)
                answer, _ = _stream(client, model, [*turns, turn], max_tokens, options)
            except AIMLAPIError as error:
                complain(error)
                if exit_code(error) in (3, 4):  # it will not get better by another question
                    return exit_code(error)
                continue
            waiting = []
            _tell_end(answer)
            if answer is not None and answer.text:  # else two turns of the user would stand one after the other
                turns = [*turns, turn, answer.to_param()]


def _user_turn(question: str, images: Sequence[ImageBlockParam]) -> MessageParam:
    return {"role": "user", "content": [*images, {"type": "text", "text": question}] if images else question}


def _stream(
    client: AIMLAPI, model: str, turns: Sequence[MessageParam], max_tokens: int, options: CreateOptions
) -> tuple[Message | None, bool]:
    """Print an answer as it comes. What had come is given also when Ctrl-C stopped it."""
    try:
        with client.messages.stream(model=model, messages=turns, max_tokens=max_tokens, **options) as stream:
            try:
                for text in stream.text_stream:
                    print_text(text, end="")
                return stream.get_final_message(), False
            except KeyboardInterrupt:
                return stream.current_message_snapshot, True
            except AIMLAPIError as error:
                if error.partial is None or not error.partial.text:
                    raise
                print_text("")
                complain(error)
                return error.partial, False
            finally:
                print_text("")
    except KeyboardInterrupt:  # before the answer began
        return None, True


def _tell_end(answer: Message | None) -> None:
    """What the answer cost, and whether it is whole."""
    if answer is None or answer.stop_reason is None:
        note("[stopped: the answer is not whole]")
    elif answer.stop_reason != "end_turn":
        note(f"[ended by {answer.stop_reason}]")
    if answer is not None and answer.cost is not None:
        usage = answer.usage
        note(f"[{answer.cost}, {usage.input_tokens} tokens in, {usage.output_tokens} out]")

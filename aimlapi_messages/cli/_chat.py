"""`chat` and `send`: conversations in the terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from aimlapi_messages import (
    AIMLAPI,
    AIMLAPIError,
    APIStatusError,
    CallOptions,
    InvalidRequestError,
    Message,
    image,
    known_models,
)
from aimlapi_messages.core.arguments import did_you_mean

from ._files import last_saved, load, new_file, save
from ._output import (
    INTERRUPTED,
    Answer,
    complain,
    exit_code,
    listen,
    note,
    plural,
    print_json,
    read_input,
)
from ._signals import interrupt_again

if TYPE_CHECKING:
    from aimlapi_messages.types import ImageBlockParam, MessageParam

__all__ = ["Asked", "chat", "read_question", "send"]

_COMMANDS: Final = {
    "/image": "/image PATH   show an image with the next message; an http(s) address will do too",
    "/model": "/model [ID]   say which model answers, or let another one",
    "/cost": "/cost         say what this chat has cost",
    "/save": "/save [FILE]  keep the conversation",
    "/load": "/load [FILE]  go on with one that was kept, the last unless a file is named",
    "/new": "/new          begin anew",
    "/help": "/help         show this",
    "/exit": "/exit         leave, as Ctrl-D does",
}
_KEYS: Final = (
    "A paste is one message, and Alt-Enter begins a new line in it. Tab completes a command. Ctrl-C stops an answer or "
    "clears the line, and twice leaves."
)
# Anything else that begins with a slash, such as a path, is a message.
_COMMAND: Final = re.compile(r"(/[A-Za-z]*)(?: +(.*))?")


@dataclass
class Asked:
    """What questions have in common.

    plain: print answers as they come, and not as Markdown.
    """

    client: AIMLAPI
    model: str
    max_tokens: int
    options: CallOptions
    plain: bool = False


def read_question(words: Sequence[str]) -> str:
    """The question: what standard input has, unless someone would have to type it, and then the command line's."""
    question = " ".join(words)
    with suppress(UnicodeError):  # a locale that is not UTF-8 took it for bytes
        question = os.fsencode(question).decode()
    is_typed = sys.stdin.isatty()
    if is_typed and not question.strip():
        note("[type the question; Ctrl-D on a line of its own ends it]")
    given = "" if is_typed and question.strip() else read_input()
    question = "\n\n".join(part for part in (given.strip(), question.strip()) if part)
    if not question:
        raise InvalidRequestError("There is no question. Give it as words, or on standard input.")
    return question


def send(asked: Asked, question: str, images: Sequence[Path], schema: Path | None, *, as_json: bool) -> int:
    """Ask once. The answer is printed as it comes, or whole as JSON."""
    turn = [_user_turn(question, [image(path) for path in images])]
    client, model, limit = asked.client, asked.model, asked.max_tokens
    if schema is not None:
        from ._schema import FileSchema  # noqa: PLC0415 (slow to import)

        output: Any = FileSchema(schema)
        with client.messages.stream_output(
            model=model, messages=turn, max_tokens=limit, output=output, **asked.options
        ) as stream:
            print_json(stream.get_final_output())
            last = stream.get_final_message()
        if last.cost is not None and last.cost.usd == client.spent:
            _tell_cost(last)
        else:  # for several answers
            note(f"[{client.spent:f} USD]")
        return 0
    if as_json:
        print_json(client.messages.create(model=model, messages=turn, max_tokens=limit, **asked.options).to_dict())
        return 0
    answer, interrupted = _stream(asked, turn)
    _tell_end(answer)
    return INTERRUPTED if interrupted else 0


def chat(asked: Asked, images: Sequence[Path], *, history: bool) -> int:
    """A conversation, until it is left or cannot go on; then it is kept."""
    from ._prompt import Cleared, line_reader  # noqa: PLC0415 (slow to import)

    talk = _Chat(asked, [image(path) for path in images])
    is_typed = sys.stdin.isatty()
    listen()
    note(f"{asked.model}. /help lists the commands, Ctrl-D leaves.")
    _tell_unknown(asked.model)
    read, interrupted = line_reader(_Chat.words, history=history), False
    for name in ("SIGTERM", "SIGHUP"):  # the window was closed
        if is_typed and hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda number, _: sys.exit(128 + number))
    try:
        while True:
            try:
                if not interrupted:  # else the prompt still takes them, without an exception
                    interrupt_again()
                line = read().removeprefix("\ufeff")
            except EOFError:
                note()
                return 0
            except KeyboardInterrupt as stop:
                if interrupted or isinstance(stop, Cleared) or not is_typed:
                    note()
                    return INTERRUPTED
                interrupted = True
                note("[Ctrl-C again leaves]")
                continue
            interrupted, code = False, None
            try:
                interrupt_again()
                code = talk.take(line)
            except KeyboardInterrupt:  # outside of an answer
                _tell_end(None)
            if code is not None:
                return code
    finally:
        if is_typed:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # nothing is left to be stopped, and something to be kept
        if is_typed and history:
            talk.keep()


@dataclass
class _Chat:
    """A conversation: its turns, the images that wait for the next one, and the file that has it, if any."""

    asked: Asked
    images: list[ImageBlockParam]
    turns: list[MessageParam] = field(default_factory=list["MessageParam"])
    file: Path | None = None
    is_kept: bool = True
    answers: list[Message] = field(default_factory=list[Message])  # for what they have cost, also after /new

    @staticmethod
    def words(command: str) -> Iterable[str]:
        """What may follow a command, and the commands for ""; nothing where a path does."""
        return {"": _COMMANDS, "/model": known_models()}.get(command, ())

    def take(self, line: str) -> int | None:
        """A message or a command. Gives the exit code if the chat is over."""
        found = _COMMAND.fullmatch(line.rstrip())
        try:
            if found is not None:
                return self._obey(found[1].lower(), (found[2] or "").strip())
            return self._ask(line.strip()) if line.strip() else None
        except (AIMLAPIError, OSError, ValueError) as error:  # a path with a null, too
            complain(error)
        return None

    def keep(self) -> None:
        """Save what would be lost, and say where."""
        if not self.is_kept:
            try:
                self._save(self.file or new_file())
            except OSError as error:
                complain(error)

    def _ask(self, text: str) -> int | None:
        turn = _user_turn(text, self.images)
        try:
            answer, _ = _stream(self.asked, [*self.turns, turn])
        except AIMLAPIError as error:
            complain(error)
            if self.images and _is_refused(error):
                self.images = []
                note("[the image is forgotten]")
            return exit_code(error) if exit_code(error) in (3, 4) else None  # no other question will do better
        _tell_end(answer)
        if answer is not None and (answer.text or answer.stop_reason):
            self.answers.append(answer)
            self.images = []
            if answer.text:  # else two turns of the user would stand one after the other
                self.turns += [turn, answer.to_param()]
                self.is_kept = False
        return None

    def _obey(self, command: str, rest: str) -> int | None:
        asked = self.asked
        match command:
            case "/exit" | "/quit":
                return 0
            case "/help":
                for line in (*_COMMANDS.values(), _KEYS):
                    note(line)
            case "/new":
                self.turns, self.images, self.file, self.is_kept = [], [], None, True
                note("[a new conversation]")
            case "/image":
                self._show(rest)
            case "/model":
                if rest:
                    _tell_unknown(rest)
                    asked.model = rest
                note(f"[model: {asked.model}]")
            case "/cost":
                used = [answer.usage for answer in self.answers]
                read, written = sum(one.input_tokens or 0 for one in used), sum(one.output_tokens or 0 for one in used)
                count = plural(len(used), "answer")
                most = asked.client.unpriced
                rest = f"; what those cost that broke off is not known, {most:f} USD at most" if most else ""
                note(f"[{asked.client.spent:f} USD for {count}: {read:,} tokens in, {written:,} out{rest}]")
            case "/save":
                path = Path(_unquoted(rest)) if rest else self.file or new_file()
                if path.exists() and path != self.file:
                    raise InvalidRequestError(f"{path} exists. Name a file that does not.")
                self._save(path)
            case "/load":
                self._load(Path(_unquoted(rest)) if rest else last_saved())
            case _:
                complain(
                    f"There is no command {command}; /help lists them. To send it as a message, type a space first."
                )
        return None

    def _show(self, name: str) -> None:
        if not name:
            raise InvalidRequestError("Name an image: /image PATH")
        source = name if "://" in name else Path(_unquoted(name))
        self.images.append(image(source))
        number = len(self.images)
        note(f"[{source} goes with the next message{'' if number == 1 else f', the {number} images together'}]")

    def _save(self, path: Path) -> None:
        save(path, {"model": self.asked.model, **self.asked.options, "messages": self.turns})
        self.file, self.is_kept = path, True
        note(f"[{plural(len(self.turns), 'message')} saved in {path}; /load goes on with them]")

    def _load(self, path: Path) -> None:
        found = load(path)
        self.keep()
        self.turns, self.images, self.file, self.is_kept = found["messages"], [], path, True
        self.asked.model = found["model"]
        self.asked.options = {"system": found["system"]} if "system" in found else {}
        note(f"[{plural(len(self.turns), 'message')} of {self.asked.model} from {path}]")


def _tell_unknown(model: str) -> None:
    """Whether a name may be a slip; it is taken nevertheless, for the gateway may know more models."""
    if model not in known_models():
        known = f"is not among the models that are known here; the gateway will say.{did_you_mean(model)}"
        note(f"[{model} {known}]")


def _unquoted(name: str) -> str:
    """A path as it was typed, pasted or dropped: in quotes, with escaped spaces, from the home folder."""
    if len(name) > 1 and name[0] == name[-1] and name[0] in "'\"":
        name = name[1:-1]
    elif os.name != "nt":
        name = re.sub(r"\\(.)", r"\1", name)
    return os.path.expanduser(name)


def _is_refused(error: AIMLAPIError) -> bool:
    """Whether the same message would be refused again."""
    return isinstance(error, InvalidRequestError) or (
        isinstance(error, APIStatusError) and {400, 413, 422} & {error.status_code, error.upstream_status} != set()
    )


def _user_turn(question: str, images: Sequence[ImageBlockParam]) -> MessageParam:
    return {"role": "user", "content": [*images, {"type": "text", "text": question}] if images else question}


def _stream(asked: Asked, turns: Sequence[MessageParam]) -> tuple[Message | None, bool]:
    """Print an answer as it comes. What had come is given also when Ctrl-C stopped it."""
    opened = None
    try:
        stream = asked.client.messages.stream(
            model=asked.model, messages=turns, max_tokens=asked.max_tokens, **asked.options
        )
        with stream as opened, Answer(plain=asked.plain) as shown:
            for text in opened.text_stream:
                shown.add(text)
            return opened.get_final_message(), False
    except KeyboardInterrupt:
        with suppress(AIMLAPIError):  # before the answer began
            return None if opened is None else opened.current_message_snapshot, True
        return None, True
    except AIMLAPIError as error:
        if error.partial is None or not error.partial.text:
            raise
        complain(error)
        return error.partial, False


def _tell_end(answer: Message | None) -> None:
    """What the answer cost, and whether it is whole."""
    if answer is None or (not answer.text and answer.stop_reason is None):
        note("[stopped before the answer began: the question is forgotten]")
    elif answer.stop_reason is None:
        note("[stopped: the answer is not whole]")
    elif answer.stop_reason != "end_turn":
        note(f"[ended by {answer.stop_reason}]")
    if answer is not None:
        _tell_cost(answer)


def _tell_cost(answer: Message) -> None:
    if answer.cost is not None:
        usage = answer.usage
        note(f"[{answer.cost}, {plural(usage.input_tokens, 'token')} in, {usage.output_tokens:,} out]")

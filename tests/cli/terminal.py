"""A terminal for the command: what is typed into it, and what it shows. Needs a system with pseudo-terminals."""

from __future__ import annotations

import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..support.deadlines import LIMIT

UP, LEFT, CTRL_C, CTRL_D, ALT_ENTER = "\x1b[A", "\x1b[D", "\x03", "\x04", "\x1b\r"
# What a terminal obeys: sequences of CSI and OSC, and other escapes.
_SEQUENCES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[()][0-9A-B]|[=>78])")


def pasted(text: str) -> str:
    """A paste as terminals mark it."""
    return f"\x1b[200~{text}\x1b[201~"


class Terminal:
    """One command that runs in a terminal."""

    def __init__(self, process: subprocess.Popen[bytes], screen: int, encoding: str) -> None:
        self.process = process
        self.raw = ""  # all that came
        self.screen = screen
        self._encoding = encoding
        self._seen = 0  # how much of what is shown was waited for

    @property
    def shown(self) -> str:
        """All that came, without what a terminal obeys."""
        return _SEQUENCES.sub("", self.raw).replace("\r\n", "\n").replace("\r", "\n")

    def type(self, keys: str) -> None:
        os.write(self.screen, keys.encode(self._encoding))

    def until(self, text: str) -> str:
        """Wait until this is shown, after what was waited for before. Gives what came up to it.

        A line may end where the text has a space, for that is where it is broken.
        """
        end = time.monotonic() + LIMIT
        pattern = re.compile(re.escape(text).replace(r"\ ", r"\s+"))
        while (found := pattern.search(self.shown, self._seen)) is None:
            if not self._read(end - time.monotonic()):
                raise AssertionError(f"{text!r} was not shown after {self.shown[self._seen :]!r}")
        came, self._seen = self.shown[self._seen : found.end()], found.end()
        return came

    def ask(self, question: str) -> str:
        """Type a message, and wait for its cost. Gives what came."""
        self.type(f"{question}\r")
        return self.until(" out]\n")

    def end(self) -> int:
        """The code that the command ends with."""
        end = time.monotonic() + LIMIT
        while self._read(end - time.monotonic()):
            pass
        return self.process.wait(LIMIT)

    def _read(self, seconds: float) -> bool:
        """Take what comes next; False at the end, or when nothing comes in time."""
        if not select.select([self.screen], [], [], max(seconds, 0))[0]:
            return False
        try:
            data = os.read(self.screen, 65536)
        except OSError:  # Linux, once nobody has the other end
            return False
        self.raw += data.decode(self._encoding, "replace")
        return bool(data)


@contextmanager
def terminal(*command: str, home: Path, size: tuple[int, int] = (40, 90), **variables: str) -> Iterator[Terminal]:
    """Run the command in a terminal. variables: of its environment, TERM and PYTHONIOENCODING among them."""
    import fcntl  # noqa: PLC0415 (not on Windows)
    import pty  # noqa: PLC0415
    import struct  # noqa: PLC0415
    import termios  # noqa: PLC0415

    screen, own = pty.openpty()
    fcntl.ioctl(own, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    environment = {
        **{name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR", "FORCE_COLOR")},
        **{"TERM": "xterm-256color", "PROMPT_TOOLKIT_NO_CPR": "1", "XDG_STATE_HOME": str(home)},
        **{"HOME": str(home), "PYTHONIOENCODING": "utf-8", **variables},
    }

    def take_terminal() -> None:  # so that Ctrl-C is a signal to the command alone
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    options: dict[str, Any] = {"stdin": own, "stdout": own, "stderr": own, "env": environment}
    line = [sys.executable, "-m", "aimlapi_messages.cli", *command]
    with subprocess.Popen(line, preexec_fn=take_terminal, **options) as process:
        os.close(own)
        try:
            yield Terminal(process, screen, environment["PYTHONIOENCODING"])
        finally:
            process.kill()
            os.close(screen)

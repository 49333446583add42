"""An image from a file."""

import sys
import tempfile
from pathlib import Path

from aimlapi_messages import AIMLAPI, image, text

# A red pixel, used if no file is given.
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100"
    "c9fe92ef0000000049454e44ae426082"
)


def example_file() -> Path:
    path = Path(tempfile.gettempdir()) / "pixel.png"
    path.write_bytes(PIXEL)
    return path


path = Path(sys.argv[1]) if len(sys.argv) > 1 else example_file()
client = AIMLAPI()
answer = client.messages.create(
    model="anthropic/claude-sonnet-5",
    messages=[{"role": "user", "content": [image(path), text("What is in this image?")]}],
)
print(answer.text)

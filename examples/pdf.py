"""Questions about a PDF."""

import sys
from pathlib import Path

from aimlapi_messages import AIMLAPI, document, text

# An empty page, used if no file is given.
PAGE = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

source = Path(sys.argv[1]) if len(sys.argv) > 1 else PAGE
client = AIMLAPI()
answer = client.messages.create(
    model="anthropic/claude-sonnet-5",
    messages=[
        {"role": "user", "content": [document(source, title="The report"), text("Sum this up in one sentence.")]}
    ],
)
print(answer.text)

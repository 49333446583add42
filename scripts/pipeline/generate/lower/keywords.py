"""The `x-` keywords of the view, which the templates read, see ../templates."""

from __future__ import annotations

from typing import Final

#: Of a component: by property, how it is decoded and typed, and which properties are written back as they are.
DECODERS: Final = "x-decoders"
TYPES: Final = "x-types"
SCALARS: Final = "x-scalars"
#: Of a component: by property, the source of the text that it always is.
CONSTANTS: Final = "x-constants"
#: Of a component: by property, the classes that a value may have once it is decoded.
KINDS: Final = "x-kinds"
#: Of a component: what its docstring says.
DOCSTRING: Final = "x-docstring"
#: Of a component: by property, its name on the wire where Python has another.
WIRE: Final = "x-wire"
#: Of a component: whether it comes from the gateway and never goes to it, and whether it catches unknown variants.
ANSWER: Final = "x-answer"
UNKNOWN_VARIANT: Final = "x-unknown"
#: Of a success: how its body is decoded, and each line of it where it is JSON Lines.
DECODER: Final = "x-decoder"
LINE_DECODER: Final = "x-line-decoder"
#: Of a success: all else that is said of the operation.
ENDPOINT: Final = "x-endpoint"

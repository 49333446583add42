from typing import Literal

StopReason = Literal[
    "end_turn",
    "max_tokens",
    "model_context_window_exceeded",
    "pause_turn",
    "refusal",
    "stop_sequence",
    "tool_use",
]
"""The values that this client knows; a newer one is passed through as it is."""

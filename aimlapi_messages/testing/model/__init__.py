"""The emulated model: its answers as content blocks, message bodies and events. Pure, except for the prompt cache."""

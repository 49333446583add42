"""What the emulated model answers, as blocks, bodies and events. Pure, but for the cache of prompts."""

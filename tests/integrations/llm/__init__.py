"""The client as a plugin of `llm`."""

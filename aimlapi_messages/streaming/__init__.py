"""Server-sent events, and the message that they build."""

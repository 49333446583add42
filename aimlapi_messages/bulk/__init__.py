"""Many requests in one call: `messages.run`, `messages.map` and `messages.estimate`, and the file of their results."""

"""What hangs on a client: messages, batches, and what the generated resources leave to us."""

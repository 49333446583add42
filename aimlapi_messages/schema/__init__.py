"""JSON Schema from Python types, and values of these types from JSON."""

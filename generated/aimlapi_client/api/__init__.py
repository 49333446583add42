"""The operations, grouped as in the document: one module each, with a sync and an async function."""

"""From a raw document to operations in normal form: repaired, selected, and merged where they say nearly the same."""

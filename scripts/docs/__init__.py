"""The documentation site's own parts."""

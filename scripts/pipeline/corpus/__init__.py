"""Every document of a folder through the whole pipeline."""

"""Content blocks from files, bytes, URLs and images."""

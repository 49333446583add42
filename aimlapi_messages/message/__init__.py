"""One request and one whole answer: bodies in, models and errors out. No I/O."""

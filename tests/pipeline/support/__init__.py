"""What the tests of the pipeline share: small documents of our own, the real ones, a server, generated clients."""

"""The state of an account: balance, logs, keys and batches; also the catalogue of models and their prices."""

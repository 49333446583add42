"""What the gateway keeps of an account: money, calls, keys, batches, and the catalogue with its prices."""

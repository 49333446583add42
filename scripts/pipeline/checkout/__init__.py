"""The verbs on a checkout: what they write, and whether what is committed is what they would write."""

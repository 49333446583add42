"""Functions as tools, and the loops that run them."""

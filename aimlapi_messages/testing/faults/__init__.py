"""Failures: error responses, and the switches and scripts by which a test asks for them."""

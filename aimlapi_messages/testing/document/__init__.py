"""The OpenAPI document, and the validation of bodies and queries against it."""

"""The OpenAPI document, and checks of bodies and queries by it."""

"""The client from openapi.yaml."""

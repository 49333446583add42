"""Our corrections of upstream.yaml: openapi.yaml."""

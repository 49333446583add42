"""Sending one request and reading its response: connections, retries, deadlines. The only folder that knows httpx."""

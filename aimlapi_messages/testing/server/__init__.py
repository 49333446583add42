"""The server: the Starlette application, the way of bytes and connections, and the process that runs them."""

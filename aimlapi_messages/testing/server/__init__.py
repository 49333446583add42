"""The server: the Starlette application, the delivery of bodies, and the thread that runs them."""

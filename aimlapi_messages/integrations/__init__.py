"""The client in other frameworks, a module for each: none is imported but by its name, with the extra of that name."""

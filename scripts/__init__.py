"""Tools of the repository. Nothing here is imported by the shipped packages."""

"""What a fresh document says that the committed one does not, and what that does to the client."""

"""What every stage needs of a document: its parts, its errors, and words out of its identifiers."""

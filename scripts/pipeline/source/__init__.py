"""Where the document comes from: settings, fetching, reading."""

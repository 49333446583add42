"""What each generated client is given as it stands: `generate` copies these files into the package."""

"""Settings, errors, JSON and the small values that every other folder uses. No I/O."""

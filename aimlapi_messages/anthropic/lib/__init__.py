"""Where the `anthropic` SDK has its helpers."""

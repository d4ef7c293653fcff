"""The training loop, what it records, and what it costs."""

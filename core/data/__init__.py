"""Images: where they come from, their splits, and how they are augmented."""

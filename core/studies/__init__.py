"""Studies: many Settings trained and scored."""

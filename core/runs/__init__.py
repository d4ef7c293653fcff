"""Runs: made from a Setting, stored, and read again."""

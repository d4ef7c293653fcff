"""Scores of a latent space, their evaluation, and diagnostics."""

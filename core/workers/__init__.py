"""Processes of our own that compute for this one. They may die; this one lives on."""

"""Plotly figures, and pictures of images."""

"""Layers of our own, which import torch."""

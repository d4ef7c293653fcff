"""UMAP's layout, compiled with numba."""

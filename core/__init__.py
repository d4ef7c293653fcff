"""Latent Clusters: does an autoencoder cluster by itself, and which regularizer makes it cluster more?

Data flows one way: Setting -> Run -> latents -> projection, clustering -> Evaluation -> figure.
Nothing in here imports streamlit.
"""

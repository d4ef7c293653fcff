"""The autoencoder."""

"""The latent view: a Streamlit component."""

"""The app's pages; Streamlit discovers the files beside this one."""

"""The recipe of this project for scikit-learn's users: `core.LatentClusterer`."""

"""Where the trainings of a study run: processes here, or a Ray cluster."""

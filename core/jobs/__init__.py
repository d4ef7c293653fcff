"""Queues of the app: trainings, projections and sweeps."""

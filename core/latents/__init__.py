"""What is made of latents: neighbours, projections, clusterings."""

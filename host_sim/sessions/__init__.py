"""Recorded charging sessions against everything that would rather use the vehicle for something else."""

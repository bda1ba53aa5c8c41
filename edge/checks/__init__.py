"""Conditions of health: one condition, one flag; False is healthy. Delays and actions are in edge/failsafe.py."""

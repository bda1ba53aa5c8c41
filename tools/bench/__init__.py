"""Measurements behind `v2g bench`: one subject a module, each with a `measure` function."""

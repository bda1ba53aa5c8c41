"""Verbs of the installed gateway: standard library only, part of the Linux bundle. One module a verb."""

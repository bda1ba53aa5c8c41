"""The command line `v2g` and what developers need: nothing here runs on a board."""

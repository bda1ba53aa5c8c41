"""Releases and jobs from afar: what is to be done, fetching, installing, judging."""

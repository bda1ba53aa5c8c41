"""Verbs that need the host: simulator, reports, house rules. One module a verb."""

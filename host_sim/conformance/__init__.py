"""Type tests of grid-code functions, as a laboratory does them: procedures, acceptance, bench, report.

Software in the loop, not a certificate. Nothing here knows a controller: a bench sets grid and settings, and measures
at the terminals. Figures of a grid code are handed in (profile.py).
"""

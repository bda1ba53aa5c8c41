"""How well a frequency service was delivered: scores from performance records. Pure functions on arrays.

Not its job: settlement, money. Source: each file names its own.
"""

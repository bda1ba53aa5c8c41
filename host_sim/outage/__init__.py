"""Seeded outages of a house with a V2H charger: what happens to it, what may never happen, what came of it.

Not its job: the house itself (plant/house), the gateway, which is the real one.
Source: ours.
"""

"""A house with a backed-up phase: transfer switch, circuits, PV, forming charger, and the grid in front of it.

Not its job: outages and gateways (host_sim/outage).
Source: ours.
"""

"""Rank 1: in an island, on the way into it and back, nothing acts that belongs to the grid.

Not its job: the island itself (backup). What the vehicle delivers then follows the house, not a setpoint.
Source: ours; IEEE 1547-2018 4.10 for the way back. Its interval is empty of everything, so every law below is silent:
volt-var, volt-watt, droop, WAPE, leases, mobility, wishes.
"""


def island(view, memory, p):
    """0 W and 0 var with the reason of view.island, None without one."""
    if not view.island:
        return None, None
    return (0, 0, None, 0, view.island), None

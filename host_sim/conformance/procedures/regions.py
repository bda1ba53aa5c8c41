"""Where a DER of each abnormal category has to stay energized, and what the disturbance tests share.

Not its job: test steps (trip_voltage.py, vrt.py).
Source: IEEE 1547-2018 Tables 14 to 16.
"""

# category: voltages between which it injects for sure (continuous or mandatory operation), pu
ENERGIZED_V_PU = {"i": (0.70, 1.10), "ii": (0.65, 1.10), "iii": (0.50, 1.10), "none": (0.0, 9.9)}
CEASE_S = 0.083           # momentary cessation
RESTORE_S = 0.4           # restore output
KEPT_SHARE = 0.8          # of the current before the disturbance
WAIT_S = 5                # enter-service delay after a trip in these tests, unless the code wants more


def energized(category, v_pu):
    """Whether it injects for sure at this voltage."""
    low, high = ENERGIZED_V_PU[category]
    return low <= v_pu <= high

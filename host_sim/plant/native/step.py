"""The step of the native model: every filter and window in this folder counts in it.

Not its job: anything else.
Source: ours: five samples a cycle at 50 Hz see a voltage step within the cycle that IEEE 1547 measures trips in.
"""

STEP_MS = 4
STEP_S = STEP_MS / 1000


def window_steps(cycles, f_nom_hz):
    """Samples in a window of so many cycles, at least one."""
    return max(1, round(cycles / f_nom_hz / STEP_S))

"""Times of a serial line that both its client keeps and the plan counts with.

Not its job: keeping them (line_client.py), planning (edge/bus_plan.py). Apart, so that a plan does not bring the client along.
Source: MODBUS over Serial Line V1.02 §2.5.1.1 (3.5 characters of silence, 1.75 ms above 19200 baud); the others ours.
"""

# To one unit between two requests to one that wants silence: after each side's answer.
WRITES_MAX = 2
# A silence of which so many percent are over is not begun anew for a write.
HELD_PCT = 25


def silence_ms(baud, character_bits):
    """Silence before a frame, whole ms. baud: bits a second; character_bits: 10 or 11."""
    exact_ms = 1.75 if baud > 19200 else 3500 * character_bits / baud
    return int(exact_ms) + (exact_ms > int(exact_ms))

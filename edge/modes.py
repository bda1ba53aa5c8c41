"""The session with one device as a table: from an unknown link to a device under control, and back.

Not its job: the rows (session_rows.py), the sequences themselves (drivers), failsafe (failsafe.py), ranks (law_table.py).
Source: ours; "back off, no fight" from field reports of two masters on one charger.

Only CONTROLLING sends setpoints. From every state one event leads where none is sent.
"""

OFFLINE = "offline"            # no link; the device falls back by itself
IDENTIFYING = "identifying"    # reading the fingerprint
REFUSED = "refused"            # another device than the profile says: read, never written
OBSERVING = "observing"        # reading only
TAKING = "taking"              # the profile's take sequence
CONTROLLING = "controlling"    # setpoints are written and refreshed
GIVING = "giving"              # the profile's give sequence
BACKED_OFF = "backed_off"      # another master writes; hands off for a while

LINK_UP = "link_up"
LINK_DOWN = "link_down"
IDENTIFIED = "identified"
WRONG_DEVICE = "wrong_device"
CONTROL_WANTED = "control_wanted"
CONTROL_NOT_WANTED = "control_not_wanted"
STEP_DONE = "step_done"        # the sequence of this state has finished
CONTENDED = "contended"        # another master moves the setpoint
CONTROL_LOST = "control_lost"  # the device does not, or no longer, do what we say
STILL_OURS = "still_ours"      # control is not wanted, but was taken and never given back
BACKOFF_OVER = "backoff_over"

"""What the backup asks of transfer switch and charger in this tick, as plain values for the driver.

Not its job: deciding it (sequence.py), registers (drivers), the hardware interlock, which has the last word.
Source: ours.

The driver asks in this order. is_ready False: what to ask for is not known yet, neither device is written, not even to
take or give it. is_wanted False: control is not wanted, both are given back. may_refresh False: the charger's order to
form is not refreshed, so that its own timer ends it; the switch goes on being refreshed, since a switch that falls back
would only move poles nobody asked to be moved.
"""


class Orders:
    """One tick's orders; every attribute is what should hold, not a change.

    close: main poles closed. bond: neutral-earth contactor closed. circuits: bit k-1 = relay k on. form: the charger
    makes the island. form_v_v, form_f_hz: at this voltage, V line to neutral, and frequency; form_i_a: with at most this
    current, None = all the charger has. reserve_pct: of an autonomous device, None = leave as it is.
    """

    def __init__(self):
        self.is_ready = False
        self.is_wanted = False
        self.may_refresh = False
        self.close = True
        self.bond = False
        self.circuits = 0
        self.form = False
        self.form_v_v = 0
        self.form_f_hz = 50
        self.form_i_a = None
        self.reserve_pct = None

"""What laws/site_energy.py sees of the household's use of energy, one object per vehicle, filled anew each tick.

Not its job: filling it (energy.py). Source: ours.
"""


class EnergyView:
    """Prices and values: whole millionths of the currency per kWh; powers W >= 0 at the AC terminals."""

    def __init__(self):
        self.mode = "charge"
        self.share_count = 1            # vehicles that share the house
        # what a kWh costs and earns at the meter
        self.import_micro = 0
        self.export_micro = 0
        # what the last stored kWh and the next one are worth later on; None: no plan yet
        self.value_below_micro = None
        self.value_above_micro = None
        self.wear_micro = 0
        # added to what is drawn from the grid where the mode wants none of it, the promise apart
        self.premium_micro = 0
        # what the house lacks and has left over for this vehicle; None: unknown
        self.lacking_w = None
        self.surplus_w = None
        self.is_surplus_held = False    # the home battery comes first and takes it
        self.may_draw = True            # charging from the grid would not empty the home battery
        self.may_discharge = False
        self.may_export = False
        self.turn_up_w = None           # charging power asked for by a demand turn-up
        # the device
        self.efficiency = ((1000, 0.9, 0.9),)
        self.p_min_w = 0
        self.p_standby_w = 0
        # hysteresis: number of the local day, time between on and off, what a change must be worth, billionths of the currency
        self.day = 0
        self.hold_ms = 0
        self.change_nano = 0

"""What switch and charger show in this tick, as plain values; None is unknown, never zero and never "open".

Not its job: reading registers (drivers), what it proves (proofs.py), whether the grid is there (grid_watch.py).
Source: IEC 60947-4-1 annex F (a mirror contact is closed only while no pole of its contactor is), from general knowledge.
"""

GRID_V = ("grid_a_v", "grid_b_v", "grid_c_v")
POLES = ("open_a", "open_b", "open_c", "open_n")
# An unloaded voltmeter shows some volts of what runs beside it; 50 V are where a bus counts as live.
DEAD_V = 20
LIVE_V = 50


class Feedback:
    """One tick's feedback.

    poles: (name, open or None) of every mirror contact the switch has. series_open, bond_closed, is_enabled,
    reset_button, form_state: True, False or None. grid_v: voltages, V, of the grid phases that are known. circuits_on:
    bit mask or None. switch_ms, charger_ms: when what is here was read, None while nothing is.
    """

    def __init__(self, switch_points, neutral_switched):
        """switch_points: names of the points the switch's profile has; neutral_switched: its neutral pole counts."""
        self.pole_names = [name for name in POLES if name in switch_points and (neutral_switched or name != "open_n")]
        self.grid_names = [name for name in GRID_V if name in switch_points]
        self.has = switch_points
        # Poles and voltages are read together; whichever is known says when.
        self._dated = self.pole_names + ["load_v"] + self.grid_names
        self.now_ms = 0
        self._know_no_switch()
        self.form_state = self.p_ac_w = self.v_charger_v = self.soc_pct = self.charger_ms = None

    def _know_no_switch(self):
        self.poles = [(name, None) for name in self.pole_names]
        self.grid_v = ()
        self.series_open = self.bond_closed = self.is_enabled = self.reset_button = self.circuits_on = None
        self.load_v = self.load_w = self.grid_f_hz = self.switch_ms = None

    def observe(self, now_ms, switch, charger, view):
        """Fills in this tick's. switch, charger: pictures, None where there is none; view: DerView of the charger."""
        self.now_ms = now_ms
        self._observe_switch(now_ms, switch)
        self.form_state = _flag(charger, "form_state", now_ms)
        self.p_ac_w = view.p_ac_w
        self.v_charger_v = charger.fresh("v_an_v", now_ms)
        self.soc_pct = view.soc_pct
        self.charger_ms = None if self.form_state is None else now_ms - charger.age_ms("form_state", now_ms)

    def _observe_switch(self, now_ms, switch):
        if switch is None:
            self._know_no_switch()
            return
        fresh = switch.fresh
        self.poles = [(name, _flag(switch, name, now_ms)) for name in self.pole_names]
        self.grid_v = [volts for volts in [fresh(name, now_ms) for name in self.grid_names] if volts is not None]
        self.series_open = _flag(switch, "series_open", now_ms)
        self.bond_closed = _flag(switch, "bond_closed", now_ms)
        self.is_enabled = _flag(switch, "is_enabled", now_ms)
        self.reset_button = _flag(switch, "reset_button", now_ms)
        self.circuits_on = fresh("circuits_on", now_ms)
        self.load_v, self.load_w = fresh("load_v", now_ms), fresh("load_w", now_ms)
        self.grid_f_hz = fresh("grid_f_hz", now_ms)
        known = [name for name in self._dated if fresh(name, now_ms) is not None]
        self.switch_ms = now_ms - switch.age_ms(known[0], now_ms) if known else None

    # -- what follows from one value at once -----------------------------------------------------------

    def all_poles(self, is_open):
        """Whether every mirror contact shows the place asked for; one that is unknown shows nothing."""
        return bool(self.poles) and not [1 for _, shown in self.poles if shown is not is_open]

    def is_load_dead(self):
        """Whether the load side shows no voltage; False also while it is unknown."""
        return self.load_v is not None and self.load_v < DEAD_V

    def is_load_live(self):
        """Whether the load side shows a voltage; False also while it is unknown."""
        return self.load_v is not None and self.load_v >= LIVE_V

    def is_grid_live(self):
        """Whether any known grid phase shows a voltage."""
        return bool(self.grid_v) and max(self.grid_v) >= LIVE_V

    def is_grid_dead(self):
        """Whether every grid phase is known and shows none."""
        return len(self.grid_v) == len(self.grid_names) > 0 and max(self.grid_v) < DEAD_V

    def is_switch_known(self):
        """Whether everything that proves the places of the switch has been read lately."""
        if self.switch_ms is None or [1 for _, shown in self.poles if shown is None]:
            return False
        return self.series_open is not None or "series_open" not in self.has

    def can_prove_return(self):
        """Whether everything is known that the way back to the grid has to prove."""
        return self.is_switch_known() and self.load_v is not None and (
            self.bond_closed is not None or "bond_closed" not in self.has)


def _flag(picture, name, now_ms):
    """True, False, or None: not there, too old, or no contact shows such a number."""
    value = None if picture is None else picture.fresh(name, now_ms)
    return None if value not in (0, 1) else value == 1

"""Brings the orders of the backup to the transfer switch and to the charger that supplies the house.

Not its job: the orders (edge/backup/orders.py), how one gets into a device (order_writer.py). While the charger is an
island, or shall be one, no setpoint is written to it (`in_island` of its profile): power is what the house draws, and
the forming order refreshes the charger's timer instead.
What is refreshed no more falls back by its own timer: the charger ends the island, two seconds later the switch unbonds
and returns to the grid once its load side is dead. For the same reason an open switch is not given back, but left to its
timer.
Source: ours. Only sites with a backup import this.
"""
from edge import home_reasons, limits, modes
from edge.drivers.order_writer import OrderWriter
from edge.drivers.profile_loader import load_profile
from edge.drivers.reader import WRONG_DEVICE


class IslandDriver:
    """Switch and charger of one backup."""

    def __init__(self, config, fleet):
        """config: Config with a backup; fleet: has buses, actuators and the reader of the switch."""
        number = [device.name for device in config.ders].index(config.backup.evse or config.ders[0].name)
        self._actuator = actuator = fleet.actuators[number]
        actuator.forming = ()           # this one asks for it, and holds the setpoints itself
        self._orders = None
        self._switch = self._charger = None
        switch, charger = fleet.further[1], actuator.reader
        if switch is not None and switch.map.control is not None:
            self._switch = self._writer(fleet, config.switch.profile, switch, "set",
                                        config.failsafe.device_reversion_s + limits.SWITCH_LATER_S)
        self._sequence = "form" if config.backup.mode == "commanded" else "reserve"
        if self._sequence in charger.map.sequences:
            self._charger = self._writer(fleet, config.ders[number].profile, charger, self._sequence, None)
        # Told to form counts like forming: it might begin any moment.
        self._island = [charger.map.points[point][0] for point in ("form_state", "form_cmd", "island")
                        if point in charger.map.points]
        self._in_island = charger.map.control.get("in_island")
        self._i_rated = charger.map.points.get("i_rated_a", (0,))[0]
        self._is_forming = False        # until it is seen to have ended
        self._failing = {}              # name of a device -> told that its orders fail

    def update(self, now_ms, orders):
        """Bring both devices nearer to the orders; every tick, before the setpoints."""
        self._orders = orders
        self._hold_setpoints(orders)
        switch, charger = self._switch, self._charger
        if not orders.is_ready:
            return
        if switch is not None:
            if orders.is_wanted:
                switch.hold(now_ms, _switch_variables(orders))
            else:
                switch.let_go(now_ms, orders.close and not self._is_forming)
        if charger is None:
            return
        if not orders.is_wanted or not self._is_charger_told(orders):
            charger.rest()
        elif not orders.may_refresh:
            charger.forget()        # what it reverts to has to be overwritten later
        elif self._actuator.session.state == modes.CONTROLLING:
            charger.hold(now_ms, self._charger_variables(orders))

    def condition(self):
        """What no register says, JSON-able: [the switch is another device than its profile says, orders to the switch fail,
        orders to the charger fail]. The last row of the snapshot's conditions."""
        switch, charger = self._switch, self._charger
        return [switch is not None and switch.reader.identity == WRONG_DEVICE,
                switch is not None and switch.is_failing(), charger is not None and charger.is_failing()]

    def take_events(self):
        """What changed since the last call: (reason, subject, values)."""
        events = []
        for writer in (self._switch, self._charger):
            if writer is not None and writer.is_failing() != self._failing.get(writer.reader.name, False):
                self._failing[writer.reader.name] = writer.is_failing()
                events.append((home_reasons.ORDERS_FAIL, writer.reader.name, ["raised" if writer.is_failing() else "cleared"]))
        return events

    def registers(self, orders=None):
        """The orders of this tick, or others, as registers: one for what may be done, then those of the switch and of the
        charger. A replay compares them."""
        orders = orders or self._orders
        row = [int(orders.is_ready) + 2 * int(orders.is_wanted) + 4 * int(orders.may_refresh)]
        if self._switch is not None:
            row.extend(self._switch.encode(_switch_variables(orders)))
        if self._charger is not None and (self._sequence == "form" or orders.reserve_pct is not None):
            row.extend(self._charger.encode(self._charger_variables(orders)))
        return row

    def is_released(self):
        """Whether the switch is nobody's."""
        return self._switch is None or self._switch.is_released()

    def _writer(self, fleet, profile_name, reader, sequence, watchdog_s):
        bus = [bus for bus in fleet.buses if reader in bus.readers][0]
        watchdog = load_profile(profile_name)["watchdog"]
        if watchdog_s is not None:
            watchdog_s = min(watchdog_s, watchdog["max_s"]) if watchdog else None
        writer = OrderWriter(reader, bus, sequence, watchdog_s)
        bus.actuators.append(writer)    # told when the link is lost
        return writer

    def _hold_setpoints(self, orders):
        """Whether the charger is an island, or shall be one; then its setpoints wait."""
        values = self._actuator.reader.values
        shown = [values[index] for index in self._island]
        if orders.is_ready and orders.is_wanted and orders.form or 1 in shown:
            self._is_forming = True
        elif None not in shown:
            self._is_forming = False
        self._actuator.is_held = self._is_forming and self._in_island == "hold" and orders.is_wanted

    def _is_charger_told(self, orders):
        return orders.reserve_pct is not None if self._sequence == "reserve" else self._is_forming

    def _charger_variables(self, orders):
        if self._sequence == "reserve":
            return {"reserve_pct": orders.reserve_pct}
        i_a = orders.form_i_a
        if i_a is None:
            i_a = self._actuator.reader.values[self._i_rated] or 0
        return {"form": int(orders.form), "form_v_v": orders.form_v_v, "form_f_hz": orders.form_f_hz, "form_i_a": i_a}


def _switch_variables(orders):
    return {"close": int(orders.close), "bond": int(orders.bond), "circuits": orders.circuits}

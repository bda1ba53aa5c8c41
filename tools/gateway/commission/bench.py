"""What a test of the commissioning sees of the running gateway, and the few ways it may act on it.

Not its job: making time pass (live.py, the virtual world), deciding what to test (the steps).
Source: ours. Power flows only through wishes of the real gateway, so that limiter, failsafe, guards and dead-man chain hold.
"""

POWERS = ("p_a_w", "p_b_w", "p_c_w")
CURRENTS = ("i_a_a", "i_b_a", "i_c_a")
VOLTAGES = ("v_an_v", "v_bn_v", "v_cn_v")
WISH_MIN = 10           # of a wish: a test that is forgotten ends by itself


class Aborted(Exception):
    """Somebody asked to stop, or the gateway ended: nothing more is tested."""


class Bench:
    """One running gateway. Subclasses: `gateway`, `now_ms()`, `wait(duration_s)`, `request(dictionary)`, `unix_ms()`."""

    def __init__(self, config):
        """config: the Config the gateway runs with."""
        self.config = config
        self._muted = {}        # reader -> its control blocks; see mute_meter

    # -- measurements ------------------------------------------------------------------------------------

    def fresh(self, reader, names):
        """Values of a device's points now, None for what is unknown or too old."""
        picture, now_ms = reader.picture(), self.now_ms()
        return [picture.fresh(name, now_ms) if name in reader.map.points else None for name in names]

    def charger(self, number, *names):
        """Values of points of DER `number` now."""
        return self.fresh(self.gateway.fleet.readers[number], names)

    def meter_reader(self):
        """The meter's reader, None without one."""
        count = len(self.config.ders)
        return self.gateway.fleet.readers[count] if self.config.meter is not None else None

    def meter(self, *names):
        """Values of points of the meter now."""
        reader = self.meter_reader()
        return [None] * len(names) if reader is None else self.fresh(reader, names)

    def used_phases(self):
        """Phases 0..2 on which the meter shows a voltage."""
        return [k for k, volts in enumerate(self.meter(*VOLTAGES)) if volts is not None]

    def why(self, number):
        """What DER `number` does and what decided it, a sentence."""
        return self.gateway.state.ders[number].why()

    def session(self, number):
        """State of DER `number`'s session."""
        return self.gateway.fleet.actuators[number].session.state

    def failsafe_reason(self, number):
        """Number of the reason of the failsafe action in force, 0 without one."""
        view = self.gateway.state.ders[number].view
        return view.failsafe_reason if view.failsafe_action else 0

    # -- acting ------------------------------------------------------------------------------------------

    def charge(self, number, p_w):
        """Ask DER `number` for a power, W: negative charges, positive discharges, 0 rests."""
        wish = "idle" if p_w == 0 else "charge_now" if p_w < 0 else "discharge_now"
        request = {"wish": wish, "evse": self.config.ders[number].name, "minutes": WISH_MIN}
        if p_w:
            request["p_w"] = abs(p_w)
        answer = self.request(request)
        if "error" in answer:
            raise Aborted("the gateway refuses: " + answer["error"])

    def rest(self):
        """All DERs rest."""
        for number in range(len(self.config.ders)):
            self.charge(number, 0)

    def wait_until(self, holds, patience_s, step_s=0.2):
        """Whether holds() came true within patience_s."""
        end_ms = self.now_ms() + patience_s * 1000
        while not holds():
            if self.now_ms() >= end_ms:
                return False
            self.wait(step_s)
        return True

    def mute_meter(self):
        """Stop reading the meter's control values, as if its cable were pulled."""
        reader = self.meter_reader()
        self._muted[reader], reader.control_blocks = reader.control_blocks, []

    def mute_setpoints(self, number):
        """Stop every write to DER `number`, as if the gateway had died; it is still read."""
        actuator = self.gateway.fleet.actuators[number]
        self._muted[actuator] = None
        actuator.update = lambda now_ms, setpoint: None

    def mute_reads(self, reader):
        """Ask a device nothing any more."""
        self._muted[reader], reader.control_blocks = reader.control_blocks, []
        reader.background_block = lambda now_ms: None

    def unmute_reads(self, reader):
        """Read it again; writes stay as they are."""
        reader.control_blocks = self._muted.pop(reader)
        del reader.background_block

    def unmute(self):
        """Read and write again."""
        for owner, blocks in self._muted.items():
            if blocks is None:
                del owner.update        # the one of its class again
            else:
                owner.control_blocks = blocks
                vars(owner).pop("background_block", None)
        self._muted = {}

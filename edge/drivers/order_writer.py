"""Keeps orders of the backup in one device: written at once when they change, again every refresh period, read back.

Not its job: the orders (edge/backup), which device gets which (island_driver.py), setpoints (actuator.py).
An order that the device shows otherwise is written again; three such readings in a row, or three writes without
confirmation, are a failure that the backup is told of. Order of the writes on a bus: that of the calls.
Source: ours. Only sites with a backup import this.
"""
from edge.drivers.reader import RIGHT_DEVICE
from edge.drivers.readback import Readback
from protocols.modbus import pdu

IN_A_ROW = 3
# A reserve may lie in flash: it is written when it has to change, and at most once a minute.
KEPT_MS = 60000
# Of the step of a register: less is rounding, a step is a difference.
ROUNDING_RATIO = 0.6

# Variables whose point has another name.
POINT_OF = {"close": "close_cmd", "bond": "bond_cmd", "circuits": "circuits_cmd", "form": "form_cmd"}


class OrderWriter:
    """One sequence of one device, of a single write."""

    def __init__(self, reader, bus, sequence, watchdog_s=None):
        """reader: its DeviceReader; bus: its Bus; sequence: name of that of the profile. watchdog_s: reversion time to
        set ahead of the first order; None: somebody else takes the device."""
        control = reader.map.control
        self.reader = reader
        self.failures = 0               # writes in a row that were refused or not answered
        self._bus = bus
        self._step = reader.map.sequences[sequence][0]
        self._refresh_ms = control["refresh_ms"]
        self._is_kept = sequence == "reserve"
        self._shown = Readback(reader, [POINT_OF.get(item, item) for item, _, _ in self._step[2]])
        self._watchdog_s = watchdog_s
        self._watchdog_shown = Readback(reader, () if watchdog_s is None else ("watchdog_s",))
        self._queue = []                # requests still to be sent; the first one is in flight
        self._sent = None               # registers of the order in flight
        self._is_ours = False           # taken, and not given back
        self._sent_ms = -KEPT_MS
        self.forget()

    def forget(self):
        """Nothing is known of the orders in the device any more."""
        self._asked = None              # registers that it shall have
        self._expected = ()
        self._is_confirmed = False
        self._confirmed_ms = 0
        self._shown.forget(0)

    def rest(self):
        """Nothing is asked of the device."""
        self.forget()
        self.failures = 0

    def link_lost(self):
        """The bus is down."""
        self._queue = []
        self._is_ours = False
        self.forget()

    def is_failing(self):
        """Whether the device does not take its orders, or shows others."""
        return self.failures >= IN_A_ROW or self._is_confirmed and self._shown.differing >= IN_A_ROW

    def is_released(self):
        """Whether nothing of ours is in the device, as far as we can change that."""
        return not self._is_ours and not self._queue

    def encode(self, variables):
        """The registers of an order."""
        return self.reader.map.encode(self._step, variables)[2]

    def hold(self, now_ms, variables):
        """See to it that the device has this order; every tick."""
        registers = self.encode(variables)
        if registers != self._asked:
            self.forget()
            self._asked = registers
            self._expected = [(variables[item], ROUNDING_RATIO * abs(scale)) for item, _, scale in self._step[2]]
        if self._is_confirmed or self._is_kept:
            self._shown.see(self._expected, self._confirmed_ms)
        if self._queue or self.reader.identity != RIGHT_DEVICE:
            return
        if self._watchdog_s is not None:
            self._watchdog_shown.see(((self._watchdog_s, ROUNDING_RATIO),), 0)
            if not self._is_ours or self._watchdog_shown.is_same is False:
                self._take(now_ms)
        if self._is_due(now_ms):
            self._sent_ms, self._sent = now_ms, registers
            self._queue.append(self._request(self._step, variables))
        self._submit(now_ms)

    def let_go(self, now_ms, is_harmless):
        """Hands off; is_harmless: what giving back makes of the device is what it is already."""
        if self._queue or not self._is_ours:
            return
        self._is_ours = False
        self.forget()
        if is_harmless and self.reader.identity == RIGHT_DEVICE:
            self._sent = None
            self._queue = [self._request(step, {}) for step in self.reader.map.sequences["give"]]
            self._submit(now_ms)

    def on_answer(self, now_ms, request, kind, _):
        """A write was answered."""
        if not self._queue or self._queue[0] is not request:
            return
        if kind != pdu.OK:
            self.failures += 1
            self._queue = []
            self._is_confirmed = False
            return
        self._queue.pop(0)
        if self._queue:
            self._submit(now_ms)
            return
        self.failures = 0
        if self._sent is None or self._sent != self._asked:
            return      # the timer alone, or what is no longer wanted
        if not self._is_confirmed:
            self._shown.forget(now_ms)
        self._is_confirmed = True
        self._confirmed_ms = now_ms

    def _is_due(self, now_ms):
        waited_ms = now_ms - self._sent_ms
        if self._is_kept:
            return self._shown.is_same is False and waited_ms >= KEPT_MS
        if self.failures >= IN_A_ROW:
            return waited_ms >= self._refresh_ms    # a device that refuses is not asked ten times a second
        return not self._is_confirmed or self._shown.is_same is False or waited_ms >= self._refresh_ms

    def _take(self, now_ms):
        """The device's own timer first: an order without it would stay for ever."""
        self._is_ours = True
        self._is_confirmed = False
        self._sent = None
        self._watchdog_shown.forget(now_ms)
        variables = {"watchdog_s": self._watchdog_s}
        self._queue = [self._request(step, variables) for step in self.reader.map.sequences["take"]]

    def _request(self, step, variables):
        function, address, registers = self.reader.map.encode(step, variables)
        if function == 16:
            return pdu.write_multiple_registers(address, registers)
        return pdu.write_single(function, address, registers[0])

    def _submit(self, now_ms):
        if self._queue and not self._bus.submit(self.reader.unit, self._queue[0], (self, self._queue[0], False)):
            self.on_answer(now_ms, self._queue[0], pdu.CLOSED, None)

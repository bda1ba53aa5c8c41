"""A SunSpec device on a bus: finds its models after each connection, then reads it as any other device.

Not its job: what the search asks (sunspec_search.py), settings of native functions (native_config.py), which both take
their turn here as slow blocks behind those of the profile.
Source: SunSpec Device Information Model Specification 1.1. Only sites with such a device import this.
"""

from edge import reasons
from edge.drivers.profile_loader import load_profile
from edge.drivers.reader import UNKNOWN, WRONG_DEVICE, DeviceReader
from edge.drivers.register_map import RegisterMap
from protocols.forgetting import forget
from protocols.modbus import pdu

# Exception codes that mean it; a device that is busy or starting up says something else, and is asked again.
NOT_THERE = (1, 2, 3)


class SunSpecMap(RegisterMap):
    """RegisterMap that asks for no more vars than the device is rated for: it would refuse the whole setpoint."""

    def __init__(self, profile, reader):
        """profile: of sunspec_map.resolved; reader: whose values say the rating."""
        super().__init__(profile)
        self._reader = reader

    def encode(self, step, variables):
        """As RegisterMap.encode."""
        if variables["q_var"]:
            variables = dict(variables)
            variables["q_var"] = self._clipped(variables["q_var"])
        return super().encode(step, variables)

    def held(self, name, value):
        """As RegisterMap.held."""
        return super().held(name, self._clipped(value) if name == "q_var" else value)

    def _clipped(self, q_var):
        point, sign = ("q_inject_max_var", 1) if q_var > 0 else ("q_absorb_max_var", -1)
        rated_var = self._reader.values[self.points[point][0]]
        return q_var if rated_var is None or sign * q_var <= rated_var else sign * rated_var


class SunSpecReader(DeviceReader):
    """DeviceReader whose addresses and scales come from the device."""

    def __init__(self, device, native, has_vars):
        """device: its section of the configuration. native: NativeConfig, or None when nothing is to be configured.
        has_vars: reactive power is set by us."""
        self.native = native
        self.fault = None               # why it is not the device that the profile describes
        self.layout = None              # see sunspec_map.py; journaled, so that replay reads the same
        self._profile_name = device.profile
        self._has_vars = has_vars
        self._search = None
        self._is_laid_out = False       # since the link is up
        self._is_natives_turn = False
        self._events = []
        super().__init__(device.name, self._map(None), device.unit)
        count = len(self.map.blocks)
        self._search_block, self._native_block = count, count + 1
        for row in (self.taken_ms, self._asked_ms, self._waiting, self._seen):
            row.extend(row[:1] * 2)
        self._control_blocks, self.control_blocks = self.control_blocks, []
        if native is not None:
            native.reader = self

    def link_lost(self):
        """The bus is down: the next device may be laid out in another way."""
        super().link_lost()
        self.fault = self._search = None
        self._is_laid_out = False
        self.control_blocks = []
        if self.native is not None:
            self.native.link_lost()

    def background_block(self, now_ms):
        """The next block outside the control class that is due, or None; until the device is known, the search."""
        if self.identity == WRONG_DEVICE:
            return None
        if not self._is_laid_out:
            return None if self._waiting[self._search_block] else self._search_block
        self._is_natives_turn = not self._is_natives_turn and self.identity != UNKNOWN
        if self._is_natives_turn and self._is_native_due(now_ms):
            return self._native_block
        block = super().background_block(now_ms)
        if block is None and self.identity != UNKNOWN and self._is_native_due(now_ms):
            return self._native_block
        return block

    def ask(self, now_ms, block):
        """The request of a block, or None while the last one is still under way."""
        if block < self._search_block or self._waiting[block]:
            return super().ask(now_ms, block)
        self._waiting[block] = True
        self._asked_ms[block] = now_ms
        if block == self._native_block:
            return self.native.request()
        if self._search is None:
            from edge.drivers.sunspec_search import SunSpecSearch   # once per connection

            self._search = SunSpecSearch(load_profile(self._profile_name))
        return pdu.read_request(pdu.READ_HOLDING_REGISTERS, *self._search.read())

    def on_answer(self, now_ms, block, kind, payload):
        """Take one answer to `ask`."""
        if block < self._search_block:
            super().on_answer(now_ms, block, kind, payload)
            if self.identity == WRONG_DEVICE and self.fault is None:
                self._refuse(self._misfit())
            return
        self._waiting[block] = False
        if block == self._native_block:
            self.native.take(now_ms, kind, payload)
        elif self._search is not None and kind != pdu.CLOSED:
            self._searched(now_ms, kind, payload)

    def restore(self, block, taken_ms, payload):
        """Put a journaled block back, as replay does; the layout is one of them."""
        if block == self._search_block:
            self._lay_out(payload)
        else:
            super().restore(block, taken_ms, payload)

    def dump(self):
        """Everything a picture depends on, JSON-able."""
        return super().dump() + [None if self.layout is None else list(self.layout)]

    def load(self, row):
        """Put a dump back, as replay does."""
        if row[-1] is not None:
            self._lay_out(bytes(row[-1]))
        super().load(row[:-1])

    def condition(self):
        """[trip settings are confirmed, ((function, reason, text), …) of what is unavailable], JSON-able."""
        if self.fault is not None:
            return [False, [["identify", reasons.WRONG_DEVICE, self.fault]]]
        return None if self.native is None else self.native.condition()

    def allow(self, may_write):
        """Whether settings of native functions may be written now."""
        if self.native is not None:
            self.native.may_write = may_write

    def permit(self, is_permitted):
        """Whether the device may serve, in the sense of a grid code."""
        if self.native is not None:
            self.native.permit(is_permitted)

    def take_events(self):
        """Events since the last call: (reason, values)."""
        events, self._events = self._events, []
        return events if self.native is None else events + self.native.take_events()

    # -- search ------------------------------------------------------------------------------------------

    def _searched(self, now_ms, kind, payload):
        search = self._search
        if kind == pdu.OK:
            search.take(pdu.unpack_registers(payload))
        elif kind == pdu.EXCEPTION and payload in NOT_THERE:
            search.take(None)
        else:
            search.silent()
        if search.read() is not None:
            return
        self._search = None
        forget("edge.drivers.sunspec_search", "protocols.sunspec.chain")
        if search.fault is not None:
            self._refuse(search.fault)
        else:
            self._is_laid_out = True
            self.taken_ms[self._search_block] = now_ms
            self._lay_out(search.layout)
            if self.on_block is not None:
                self.on_block(self, self._search_block, search.layout)
            if self.native is not None:
                self.native.found(search.places)

    def _lay_out(self, layout):
        """Read and write as the device is laid out from now on."""
        self.control_blocks = self._control_blocks
        if layout == self.layout:
            return
        self.layout = bytes(layout)
        self.map = self._map(layout)
        self._requests = [pdu.read_request(block[1], block[2], block[3]) for block in self.map.blocks]

    def _map(self, layout):
        from edge.drivers import sunspec_map

        profile = sunspec_map.resolved(load_profile(self._profile_name), layout, self._has_vars)
        forget("edge.drivers.sunspec_map")
        return SunSpecMap(profile, self)

    def _refuse(self, fault):
        self.identity = WRONG_DEVICE
        self.fault = fault
        self.control_blocks = []
        self._events.append((reasons.WRONG_DEVICE, [fault]))

    def _misfit(self):
        for point, low, high in self.map.identify:
            value = self.values[self.map.points[point][0]]
            if value is None or not low <= value <= high:
                return "%s is %s: allowed %d..%d" % (point, "unknown" if value is None else value, low, high)
        return ""

    def _is_native_due(self, now_ms):
        return self.native is not None and not self._waiting[self._native_block] and self.native.is_due(now_ms)

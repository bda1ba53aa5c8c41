"""A tiny SunSpec inverter as plain registers: models 701, 702, 704, 705, 713, 714, 715, volt-var the only curve.

Not its job: physics, other functions (host_sim has the whole device). Offsets are typed from the SunSpec model
definitions, not taken from our tables.
"""

# model, length, {offset from its ID register: value}
MODELS = (
    (701, 153, {4: 3, 10: 0, 12: 0, 17: 0, 18: 6000, 47: 2400, 70: 2400, 93: 2400, 113: -2, 114: -1, 115: -2, 116: 0, 119: 0,
                120: 0}),
    (702, 50, {26: 1000, 31: 1000, 32: 440, 33: 440, 34: 1000, 35: 1000, 45: 1, 47: 1, 48: 1, 21: 1, 22: 2}),
    (704, 65, {22: 0, 23: 1, 55: 0, 57: 0}),
    (705, 49, {2: 0, 4: 1, 5: 4, 6: 2, 12: -1, 13: -1, 14: 0}),
    (713, 7, {2: 600, 4: 500, 7: 2, 8: -1}),
    (714, 43, {4: 1, 20: 2, 42: 1}),
    (715, 7, {3: 0, 4: 1}),
)
# ActPt, DeptRef, Pri, VRef, VRefAuto, VRefAutoEna, VRefAutoTms, RspTms (32 bit), ReadOnly, then V and Var of four points
CURVE = [4, 3, 1, 1000, 0xFFFF, 0, 300, 0, 5, 0, 920, 440, 980, 0, 1020, 0, 1080, -440 & 0xFFFF]
CURVE_1, CURVE_2 = 15, 33
READ_ONLY = 9
BASE = 40000


class Inverter:
    """A bank for ModbusServer. behaviour: "good", "refuses" or "ignores" an adoption, "adopts" for ever, or "excepts"
    with code 3 on every write to 705."""

    def __init__(self, behaviour="good", base=BASE, without=(), short=(), points=4, curves=2):
        """without: models that are not there; short: models that end after 20 registers. points, curves: of 705."""
        self.behaviour = behaviour
        self.base = base
        self.writes = []        # (model, offset, values)
        self.at = {}            # model: index of its ID register
        self.registers = [0x5375, 0x6E53]
        for model, length, values in MODELS:
            if model not in without:
                length = 20 if model in short else 13 + curves * (10 + 2 * points) if model == 705 else length
                self.at[model] = len(self.registers)
                body = [0] * (length + 2)
                body[0], body[1] = model, length
                for offset in [offset for offset in values if offset < length + 2]:
                    body[offset] = values[offset] & 0xFFFF
                self.registers += body
        self.registers += [0xFFFF, 0]
        if 705 in self.at:
            self.put(705, 5, [points, curves])
            for number in range(curves):
                self.put(705, CURVE_1 + number * (10 + 2 * points), CURVE[:10 + 2 * points])
            self.put(705, CURVE_1 + READ_ONLY, [1])

    def put(self, model, offset, values):
        """The device itself, or somebody unseen, sets registers."""
        start = self.at[model] + offset
        self.registers[start:start + len(values)] = [value & 0xFFFF for value in values]

    def get(self, model, offset, count=1):
        """Registers of a model."""
        start = self.at[model] + offset
        return self.registers[start:start + count]

    def read(self, function, address, count):
        """Values, or None outside the bank."""
        first = address - self.base
        if function != 3 or first < 0 or first + count > len(self.registers):
            return None
        if 715 in self.at and first <= self.at[715] + 4 < first + count:
            self.put(715, 4, [self.get(715, 4)[0] + 1])         # the heartbeat
        return self.registers[first:first + count]

    def write(self, function, address, values):
        """Take the values; 0 or an exception code."""
        index = address - self.base
        model = max([name for name in self.at if self.at[name] <= index])
        offset = index - self.at[model]
        if model == 705 and self.behaviour == "excepts":
            return 3
        if model == 705 and CURVE_1 <= offset < CURVE_2:
            return 2
        self.writes.append((model, offset, list(values)))
        self.registers[index:index + len(values)] = list(values)
        if (model, offset) == (705, 3):
            self._adopt(values[0])
        if model == 704 and offset == 22 and len(values) == 4:
            self.put(701, 10, values[3:])                       # the power follows at once
        return 0

    def _adopt(self, number):
        if self.behaviour == "good" and number == 2:
            curve = self.get(705, CURVE_2, len(CURVE))
            curve[READ_ONLY] = 1
            self.put(705, CURVE_1, curve)
        self.put(705, 4, [{"refuses": 2, "adopts": 0}.get(self.behaviour, 1)])

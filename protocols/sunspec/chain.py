"""Finding the models of a SunSpec device: 'SunS', then model after model to the end marker. A state machine.

Not its job: sending the reads, reading what is inside a model.
Source: SunSpec Device Information Model Specification 1.1: the header stands at 40000, 0 or 50000; a model begins with
its id and length; id 0xFFFF ends the chain.
"""

BASES = (40000, 0, 50000)
SUNS = (0x5375, 0x6E53)
END_ID = 0xFFFF
MODELS_MAX = 64             # a chain that is longer, or that leaves the address space, is no chain
ADDRESS_MAX = 0xFFFF
STEP_REGISTERS = 2


class ChainWalk:
    """Gives reads to do, takes their registers. After the last, `read()` is None and `fault` tells whether it worked.

    models: [(model id, address of its ID register, length)], in the order of the chain; the length leaves out ID and
    length themselves.
    """

    def __init__(self, bases=BASES):
        """bases: addresses where the header may stand, tried in order."""
        self.models = []
        self.base = None          # where the header was
        self.fault = None         # "no_sunspec", "read_failed", "chain_broken"
        self._bases = list(bases)
        self._address = self._bases[0]
        self._done = False

    def read(self):
        """(address, count) of holding registers to read next; None when the walk has ended."""
        return None if self._done else (self._address, STEP_REGISTERS)

    def take(self, registers):
        """The registers of the read that was asked for; None when the device refused it or stayed silent."""
        if self.base is None:
            self._take_header(registers)
        elif registers is None:
            self._end("read_failed")
        elif registers[0] == END_ID:
            self._end(None)
        else:
            model_id, length = registers
            self.models.append((model_id, self._address, length))
            self._address += STEP_REGISTERS + length
            if model_id == 0 or len(self.models) >= MODELS_MAX or self._address + STEP_REGISTERS - 1 > ADDRESS_MAX:
                self._end("chain_broken")

    def found(self):
        """{model id: (address of its ID register, length)}; of a model that occurs twice the first."""
        places = {}
        for model_id, address, length in self.models:
            if model_id not in places:
                places[model_id] = (address, length)
        return places

    def _take_header(self, registers):
        if registers is not None and tuple(registers) == SUNS:
            self.base = self._address
            self._address += STEP_REGISTERS
            return
        self._bases.pop(0)
        if self._bases:
            self._address = self._bases[0]
        else:
            self._end("no_sunspec")

    def _end(self, fault):
        self.fault = fault
        self._done = True

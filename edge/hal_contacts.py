"""Digital inputs and relays of this machine by name, whatever they are made of.

Not its job: pins of Linux (hal_gpio.py), what a contact means (dso.py, recovery.py).
Source: ours.
"""
from edge.hal import IS_BOARD


class Contacts:
    """Digital inputs and relays by name: a pin (GPIO17; on a board its number), or a file that reads or takes 0 or 1."""

    def __init__(self):
        self._pins = {}

    def read(self, name):
        """0 or 1; None when it can't be read. A pin is pulled up, so a contact to ground reads 0 while closed."""
        try:
            if "/" in name:
                with open(name) as file:
                    return int(file.read(2))
            return self._input(name)()
        except (OSError, ValueError):
            return None

    def write(self, name, level):
        """Set an output to 0 or 1; False when that can't be done."""
        try:
            if "/" in name:
                with open(name, "w") as file:
                    file.write("%d\n" % level)
            elif IS_BOARD:
                from machine import Pin

                Pin(int(name), Pin.OUT).value(level)
            elif name in self._pins:
                self._pins[name](level)
            else:
                from edge.hal_gpio import Output

                self._pins[name] = Output(name, bool(level))     # held: a pin given back may fall to any level
        except (OSError, ValueError):
            return False
        return True

    def _input(self, name):
        """What tells the level of a pin when called."""
        if name not in self._pins:
            if IS_BOARD:
                from machine import Pin

                self._pins[name] = Pin(int(name), Pin.IN, Pin.PULL_UP).value
            else:
                from edge.hal_gpio import Input

                self._pins[name] = Input(name)
        return self._pins[name]

"""The firmware of the gateway: standard library only, on CPython and MicroPython."""

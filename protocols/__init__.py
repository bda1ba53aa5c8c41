"""Bytes to meaning and back: sans-I/O, standard library only, on CPython and MicroPython."""

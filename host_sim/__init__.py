"""The test bench: feeder, vehicles, devices that speak Modbus, broker and supervisor."""

import os

# Before numpy is imported: the matrices here are small, and OpenBLAS threads that wait for work between two of them
# take the processor from gateways and brokers on the same machine (measured: three to ten times slower solves there).
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

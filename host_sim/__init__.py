"""The test bench: feeder, vehicles, devices that speak Modbus, broker and supervisor."""

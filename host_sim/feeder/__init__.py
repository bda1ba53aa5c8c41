"""The feeder: networks as tables, their power flow and their voltage stability margin. No I/O, no control."""

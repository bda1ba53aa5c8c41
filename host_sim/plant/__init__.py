"""What hangs on the feeder: chargers, batteries, PV, meters and their registers. No I/O."""

"""Studies: questions asked of the feeder and the control laws without bus, broker or clock."""

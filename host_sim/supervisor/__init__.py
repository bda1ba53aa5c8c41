"""The virtual power plant's supervisor: watches stations by telemetry, acts by leases. No I/O except live.py."""

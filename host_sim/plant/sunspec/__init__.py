"""A SunSpec device's registers and what they do to the inverter behind them."""

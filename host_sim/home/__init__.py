"""Weeks of a household with PV, a vehicle and day-ahead prices, on the gateway's real controller."""

"""Supply of the house by a vehicle while the grid is away: sequences, proofs, shedding, forecast.

Not its job: writing orders to devices (drivers), the interlock itself, which is hardware, the house in the simulator.
Source: ARCHITECTURE.md, backup.
"""

"""The frequency of a whole synchronous area: swing equation, known events, recorded traces, and a fleet that answers.

Not its job: voltage (feeder/). Source: each file names its own.
"""

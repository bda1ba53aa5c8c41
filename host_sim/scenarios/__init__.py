"""Scenarios as data: stations, what comes from outside, what is compared with the paper."""

"""Configuration of gateways from afar.

Not its job: the verb (tools/commands/config_remote.py).
"""

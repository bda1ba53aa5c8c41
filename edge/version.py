"""The version of firmware and package: one number for the wheel, the boards and the messages.

Not its job: versions of payloads (protocols/messages.py) and of the configuration.
Source: Semantic Versioning 2.0.0.
"""

VERSION = "0.1.0"

"""Grid codes as data: index.py names them, each other module is one part, a docstring and literals.

Not its job: code; edge/grid_code.py reads them.
Source: each part names its own.
"""

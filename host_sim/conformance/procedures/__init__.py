"""One test procedure a file: `cases(code, eut)` yields Case and Skip."""

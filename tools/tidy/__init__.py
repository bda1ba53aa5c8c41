"""The house rules as code: each rule is a small function and a row in rules.py."""

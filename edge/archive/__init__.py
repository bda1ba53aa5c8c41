"""Store and forward: what the broker did not take is kept in files until it does."""

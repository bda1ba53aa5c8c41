"""What `v2g job` is made of."""

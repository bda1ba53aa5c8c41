"""The household at the gateway: sessions and the promise of energy, consent, prices, what its energy modes need."""

"""How a bundle gets onto a gateway: over a serial cable, over ssh, onto a card, into a folder. `v2g flash` chooses."""

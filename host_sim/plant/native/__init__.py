"""What a certified inverter does by itself: grid-support functions, ride-through, trip and return to service."""

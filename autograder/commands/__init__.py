"""What single commands do beyond one call into a room."""

"""A container image for GPU runners and clusters: everything pinned, hashed, and installed without network."""

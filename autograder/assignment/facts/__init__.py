"""What the ten functions and the class must satisfy: one file per student file, one function per identity."""

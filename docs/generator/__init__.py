"""What `docs/generate.py` writes, by the part of the code that it is made from."""

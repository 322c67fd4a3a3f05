"""The page of plans: what can be changed, plans tried while they are being written, and plans kept."""

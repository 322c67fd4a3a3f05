"""``python -m saferground`` is the command line."""

from saferground.cli import main

main()

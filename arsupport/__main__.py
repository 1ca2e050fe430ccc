"""`python -m arsupport` is the command line."""

from arsupport.cli.app import main

main()

"""The command line. `app` puts it together; every other module is one command or one group of commands."""

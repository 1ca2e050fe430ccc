"""`arsupport user`: who may sign in."""

from __future__ import annotations

import sys
from typing import Annotated

import msgspec
import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import load
from arsupport.errors import ArError, Code
from arsupport.protocol.rest import AccountRole, Login

app = typer.Typer(no_args_is_help=True, help="The people who sign in: add one, list them.")


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="What the user types to sign in.")],
    name: Annotated[str, typer.Option(help="What others see; the login if not given.")] = "",
    role: Annotated[AccountRole, typer.Option(help="What the user may do.")] = AccountRole.EXPERT,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from standard input instead of asking.")
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Add a user. The password is asked for; nobody has one by default.

    For example:

        arsupport user add eva --name "Eva Lind"

        pass show plant/eva | arsupport user add eva --password-stdin
    """
    from arsupport.cli import storage
    from arsupport.journal import users
    from arsupport.server import passwords

    settings = load(config)
    try:
        msgspec.convert(login, Login)
    except msgspec.ValidationError as error:
        raise ArError(Code.BAD_MESSAGE, "A login has 1 to 64 letters, digits and . _ @ -") from error
    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _ask()
    password_hash = passwords.hash_new(login, password)
    with storage.opened(settings) as database, database.write() as connection:
        user = users.create(
            connection,
            login=login,
            name=name or login,
            role=role,
            at_ms=storage.now_ms(),
            password_hash=password_hash,
        )
        storage.note(connection, "user-added", user.login, role)
    typer.echo(f"{user.login} can sign in as {role}.")


@app.command("list")
def list_users(config: ConfigFile = None) -> None:
    """List the users: login, role, name."""
    from arsupport.cli import storage
    from arsupport.journal import users

    with storage.opened(load(config)) as database, database.read() as connection:
        found = users.list_all(connection)
    for user in found:
        typer.echo(f"{user.login}  {user.role}  {user.name}{'  (disabled)' if user.disabled_at_ms else ''}")
    if not found:
        typer.echo("No users yet. Add one: arsupport user add eva --role admin", err=True)


def _ask() -> str:
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer

"""`arsupport user`: who may sign in."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from arsupport.cli.options import ConfigFile
from arsupport.config import load
from arsupport.errors import ArError, Code
from arsupport.protocol.rest import AccountRole, Login

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from arsupport.journal.users import User

app = typer.Typer(no_args_is_help=True, help="The people who sign in: add, list, disable them; a forgotten password.")


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

    with storage.existing(load(config)) as database, database.read() as connection:
        found = users.list_all(connection)
    for user in found:
        typer.echo(f"{user.login}  {user.role}  {user.name}{'  (disabled)' if user.disabled_at_ms else ''}")
    if not found:
        typer.echo("No users yet. Add one: arsupport user add eva --role admin", err=True)


@app.command()
def disable(
    login: Annotated[str, typer.Argument(help="What the user types to sign in.")], config: ConfigFile = None
) -> None:
    """Let somebody in no longer: a colleague leaves, a password is known to others.

    Sign-ins, invitations and a running session of theirs end at once. What they did stays in the log, with their name.

    For example:

        arsupport user disable eva
    """
    from arsupport.cli import storage
    from arsupport.journal import users
    from arsupport.server import new_password

    with storage.existing(load(config)) as database, database.write() as connection:
        user = _known(connection, login)
        users.disable(connection, user.id, at_ms=storage.now_ms())
        new_password.end_access(connection, user, at_ms=storage.now_ms())
        storage.note(connection, "user-disabled", user.login, user.role)
    typer.echo(f"{user.login} cannot sign in any more.")


@app.command()
def enable(
    login: Annotated[str, typer.Argument(help="What the user types to sign in.")], config: ConfigFile = None
) -> None:
    """Let a disabled user sign in again, with the password of before.

    For example:

        arsupport user enable eva
    """
    from arsupport.cli import storage
    from arsupport.journal import users

    with storage.existing(load(config)) as database, database.write() as connection:
        user = _known(connection, login)
        users.enable(connection, user.id)
        storage.note(connection, "user-enabled", user.login, user.role)
    typer.echo(f"{user.login} can sign in as {user.role}.")


@app.command("reset-password")
def reset_password(
    login: Annotated[str, typer.Argument(help="What the user types to sign in.")], config: ConfigFile = None
) -> None:
    """Print a link by which a user chooses a new password. It works once.

    The old password and every sign-in of theirs end at once.

    For example:

        arsupport user reset-password eva
    """
    from arsupport.addresses import public_origin
    from arsupport.cli import storage
    from arsupport.server import new_password

    settings = load(config)
    minutes = settings.limits.setup_link_minutes
    with storage.existing(settings) as database, database.write() as connection:
        user = _known(connection, login)
        if user.disabled_at_ms is not None:
            raise ArError(Code.NOT_ALLOWED, f"{user.login} is disabled. First: arsupport user enable {user.login}")
        link = new_password.open_link(
            connection, user, public_origin(settings), minutes=minutes, at_ms=storage.now_ms()
        )
        storage.note(connection, "password-reset", user.login, user.role)
    typer.echo(link)
    typer.echo(f"Give it to {user.name}. It works once, within {minutes} minutes.", err=True)


def _known(connection: Connection, login: str) -> User:
    from arsupport.journal import users

    user = users.by_login(connection, login)
    if user is None:
        raise ArError(Code.NOT_FOUND, f"There is no user {login}. See: arsupport user list")
    return user


def _ask() -> str:
    answer: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)
    return answer

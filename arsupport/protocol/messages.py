"""Which messages may come on which path: the registry that the codec, the TypeScript client and the docs are made from."""

from __future__ import annotations

from types import UnionType

from arsupport.protocol import rest
from arsupport.protocol.channels import (
    ClientControl,
    ClientVolatile,
    ServerControl,
    ServerVolatile,
)
from arsupport.protocol.signals import ClientSignal, ServerSignal

# Each path, both directions: a message of another path is refused as malformed.
PATHS: dict[str, type | UnionType] = {
    "ClientSignal": ClientSignal,
    "ServerSignal": ServerSignal,
    "ClientControl": ClientControl,
    "ServerControl": ServerControl,
    "ClientVolatile": ClientVolatile,
    "ServerVolatile": ServerVolatile,
}

REST: tuple[type, ...] = (
    rest.Problem,
    rest.SignIn,
    rest.Setup,
    rest.Account,
    rest.SignalToken,
    rest.NewMachine,
    rest.Machine,
    rest.NewInvitation,
    rest.Invitation,
    rest.RedeemInvitation,
    rest.SessionSummary,
    rest.Still,
    rest.MachineHistory,
    rest.RecordedTrack,
    rest.Recording,
    rest.Verification,
)

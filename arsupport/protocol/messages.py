"""Which messages may come on which path: what the TypeScript client and the documentation are made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arsupport.protocol import rest
from arsupport.protocol.channels import (
    ClientControl,
    ClientVolatile,
    ServerControl,
    ServerVolatile,
)
from arsupport.protocol.glimpses import ClientFrames, ServerFrames
from arsupport.protocol.probe import ClientProbe, ServerProbe
from arsupport.protocol.signals import ClientSignal, ServerSignal

if TYPE_CHECKING:
    from types import UnionType

# Each path, both directions: a message of another path is refused as malformed.
PATHS: dict[str, type | UnionType] = {
    "ClientSignal": ClientSignal,
    "ServerSignal": ServerSignal,
    "ClientControl": ClientControl,
    "ServerControl": ServerControl,
    "ClientVolatile": ClientVolatile,
    "ServerVolatile": ServerVolatile,
    "ClientProbe": ClientProbe,
    "ServerProbe": ServerProbe,
    "ClientPictures": ClientFrames,
    "ServerPictures": ServerFrames,
}

REST: tuple[type, ...] = (
    rest.Problem,
    rest.SignIn,
    rest.Setup,
    rest.NewPassword,
    rest.Account,
    rest.Trust,
    rest.SignalToken,
    rest.NewMachine,
    rest.Machine,
    rest.LabelWish,
    rest.SheetWish,
    rest.NewInvitation,
    rest.Invitation,
    rest.RedeemInvitation,
    rest.NewEnrolment,
    rest.Enrolment,
    rest.RedeemEnrolment,
    rest.EnrolledCamera,
    rest.SessionSummary,
    rest.Still,
    rest.StoredPicture,
    rest.KeptMarkEntry,
    rest.KeptMark,
    rest.RetireKeptMark,
    rest.MachineHistory,
    rest.RecordedTrack,
    rest.Recording,
    rest.Verification,
)

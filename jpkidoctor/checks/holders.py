"""Who may hold the card: the programs that were seen, the likeliest first, each with how to close it.

Nothing is ever closed here. A running program is not yet one that holds the card: the reader's state says that
somebody does, the table of processes says who mostly does so, and a loaded PC/SC library is worth more than a name
alone (host-probes.md §4).
"""

from __future__ import annotations

from jpkidoctor.checks.hardware import family
from jpkidoctor.checks.verdicts import seen
from jpkidoctor.diagnosis import Evidence
from jpkidoctor.facts import CardUser, Facts, ServiceState
from jpkidoctor.knowledge.known import Known
from jpkidoctor.knowledge.process_types import RANK, KnownProcess

_LIBRARIES = frozenset({"libpcsclite", "winscard"})
_READS_AT_ONCE = "CertPropSvc"
_WITHOUT_CARDS = ("p11-kit-", "gnome-keyring", "libsofthsm")
"""Modules that keep certificates or keys in files and talk to no reader."""
_NOT_ALL = frozenset({"others_hidden", "time_limit"})


def _rank(pair: tuple[CardUser, KnownProcess | None]) -> tuple[int, bool]:
    """What the table says of the program first; among equals the one that has the library loaded.

    A program of no table that has the library loaded stands before browsers, which load it and seldom use it.
    """
    user, program = pair
    unknown = RANK["uses_card"] if user.evidence in _LIBRARIES else RANK["may_use"]
    return (RANK[program.severity] if program is not None else unknown, user.evidence not in _LIBRARIES)


def ranked_holders(facts: Facts, known: Known) -> tuple[tuple[CardUser, KnownProcess | None], ...]:
    """Programs that may hold the card with what is known of them, the likeliest first; each program once."""
    system = family(facts)
    found: dict[str, tuple[CardUser, KnownProcess | None]] = {}
    for user in facts.host.card_users.value or ():
        program = known.process(user.name, system)
        pair = (user, program)
        key = program.id if program is not None else user.name
        if key not in found or _rank(pair) < _rank(found[key]):
            found[key] = pair
    return tuple(sorted(found.values(), key=_rank))


def card_holders(facts: Facts, known: Known) -> tuple[Evidence, ...]:
    """The same as evidence of F-03, and whether more may be out of sight."""
    told = [
        seen("card_user", name=user.name)
        if program is None
        else seen(f"holder_{program.severity}", program=program.id, close=program.id, name=user.name)
        for user, program in ranked_holders(facts, known)
    ]
    told += [
        seen("pkcs11_module", module=module.name)
        for module in facts.host.pkcs11_modules.value or ()
        if module.enabled and not module.library.startswith(_WITHOUT_CARDS)
    ]
    if facts.host.card_users.note in _NOT_ALL:
        told.append(seen("holders_hidden"))
    return tuple(told)


def passing_holders(facts: Facts) -> tuple[Evidence, ...]:
    """Windows' own service that reads an inserted card at once, and lets it go after some seconds (§2.1)."""
    told = []
    for helper in facts.host.helper_services.value or ():
        if helper.name == _READS_AT_ONCE and helper.state is ServiceState.RUNNING:
            told.append(seen("helper_reads_cards", service=helper.name))
    return tuple(told)

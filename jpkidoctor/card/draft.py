"""Card facts while they come in, and the count of what went over the wire."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from jpkidoctor.card.channel import CardLostError, Clock
from jpkidoctor.card.winscard import Connection
from jpkidoctor.facts import (
    ApplicationProbe,
    AuthorityFacts,
    Availability,
    CardFacts,
    CardKind,
    CertificateFacts,
    Certificates,
    Fact,
    LinkFacts,
    PinFacts,
)


@dataclass
class Draft:
    """The facts as they come in; ``facts`` freezes what is known so far."""

    atr: str
    kind: CardKind = CardKind.OTHER
    other_card: str = ""
    probes: list[ApplicationProbe] = field(default_factory=list)
    token_label: Fact[str] = Fact()
    availability: Fact[Availability] = Fact()
    authentication: Fact[CertificateFacts] = Fact()
    authentication_ca: Fact[AuthorityFacts] = Fact()
    signature_ca: Fact[AuthorityFacts] = Fact()
    issued: Fact[bool] = Fact()
    pins: list[PinFacts] = field(default_factory=list)
    expires_on: Fact[dt.date] = Fact()
    municipality: Fact[str] = Fact()
    lost: CardLostError | None = None
    lost_in: str = ""
    timed_out: bool = False
    protocol_errors: int = 0

    def facts(self, counter: Counter) -> CardFacts:
        return CardFacts(
            kind=self.kind,
            other_card=self.other_card,
            atr=self.atr,
            probes=tuple(self.probes),
            token_label=self.token_label,
            availability=self.availability,
            certificates=Certificates(
                authentication=self.authentication,
                authentication_ca=self.authentication_ca,
                signature_ca=self.signature_ca,
                issued_by_card_ca=self.issued,
            ),
            pins=tuple(self.pins),
            expires_on=self.expires_on,
            municipality=self.municipality,
            link=LinkFacts(
                commands=counter.commands,
                bytes_sent=counter.sent,
                bytes_received=counter.received,
                slowest_ms=counter.slowest_ms,
                lost=self.lost is not None,
                lost_code=self.lost.code if self.lost else 0,
                lost_in=self.lost_in,
                protocol_errors=self.protocol_errors,
                timed_out=self.timed_out,
            ),
        )


class Counter:
    """Counts what goes over the wire, under everything else."""

    def __init__(self, inner: Connection, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self.commands = self.sent = self.received = 0
        self.slowest_ms = 0.0

    @property
    def protocol(self) -> str:
        return self._inner.protocol

    def transmit(self, command: bytes | bytearray) -> bytes:
        self.commands += 1
        self.sent += len(command)
        start = self._clock()
        answer = self._inner.transmit(command)
        self.slowest_ms = max(self.slowest_ms, (self._clock() - start) * 1000)
        self.received += len(answer)
        return answer

    def begin(self) -> None:
        self._inner.begin()

    def end(self) -> None:
        self._inner.end()

    def close(self) -> None:
        self._inner.close()

    def close_unpowered(self) -> None:
        self._inner.close_unpowered()

"""RFC 3161 timestamps from the server that the person named. Only a hash is sent, and only when asked for.

Nothing is sent anywhere without an URL from the person; there is no default server (design rule 6).
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from typing import IO, ClassVar
from urllib.parse import urlsplit

from jpkidoctor.signing.formats.result import FormatRefusedError

LIMIT_S = 15.0
MAX_ANSWER = 64 * 1024
"""A token with its chain takes under 10 KB."""
NONCE_BITS = 64


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """The hash goes to the server that was named, and to no other."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str
    ) -> None:
        return None


class TimestampServer:
    """Asks one server. Checks the answer's status, hash and nonce; whose certificate it is, is the verifier's part."""

    def __init__(self, url: str, *, limit_s: float = LIMIT_S, nonce: Callable[[int], int] = secrets.randbits) -> None:
        """Raises FormatRefusedError (``timestamp_url``) for anything but http and https with a host."""
        try:
            parts = urlsplit(url)
            fits = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError:
            fits = False
        if not fits:
            raise FormatRefusedError("timestamp_url")
        self._url = url
        self._limit_s = limit_s
        self._nonce = nonce

    def token(self, digest: bytes) -> bytes:
        """DER of the token over a SHA-256 digest. Raises FormatRefusedError with a ``timestamp_*`` reason."""
        from asn1crypto import core, tsp

        class Answer(core.Sequence):  # type: ignore[misc]
            """TimeStampResp of RFC 3161 §2.4.2; asn1crypto's own wants a token even in a refusal."""

            _fields: ClassVar = [("status", tsp.PKIStatusInfo), ("token", tsp.ContentInfo, {"optional": True})]

        nonce = self._nonce(NONCE_BITS)
        query = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": digest},
                "nonce": nonce,
                "cert_req": True,
            }
        )
        raw = self._ask(query.dump())
        try:
            answer = Answer.load(raw, strict=True)
            if answer["status"]["status"].native not in ("granted", "granted_with_mods"):
                raise FormatRefusedError("timestamp_denied")
            token = answer["token"]
            info = token["content"]["encap_content_info"]["content"].parsed
            imprint = info["message_imprint"]
            same = (
                imprint["hash_algorithm"]["algorithm"].native == "sha256"
                and imprint["hashed_message"].native == digest
                and info["nonce"].native == nonce
            )
            der: bytes = token.dump()
        except FormatRefusedError:
            raise
        except Exception as error:  # an answer may be anything, and the parser's errors are of many kinds
            raise FormatRefusedError("timestamp_garbage") from error
        if not same:
            raise FormatRefusedError("timestamp_mismatch")
        return der

    def _ask(self, query: bytes) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
            self._url, query, {"Content-Type": "application/timestamp-query"}, method="POST"
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=self._limit_s) as response:
                raw: bytes = response.read(MAX_ANSWER + 1)
        except urllib.error.HTTPError as error:
            error.close()
            raise FormatRefusedError("timestamp_denied") from error
        except (OSError, ValueError, urllib.error.URLError) as error:
            raise FormatRefusedError("timestamp_unreachable") from error
        except Exception as error:  # http.client's errors are no OSError
            raise FormatRefusedError("timestamp_garbage") from error
        if len(raw) > MAX_ANSWER:
            raise FormatRefusedError("timestamp_garbage")
        return raw

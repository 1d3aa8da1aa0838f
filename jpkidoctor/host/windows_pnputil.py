"""Parsers for what ``pnputil /enum-devices`` prints, as text (English, Japanese) and as XML.

Pure and total: any bytes give the devices that can be told apart in them, perhaps none. The English labels stand
in host-probes §1.1.2 as [K], the Japanese ones are expected only ([K], not yet seen on a real Windows). So a value
with a form of its own (instance id, GUID, INF, problem code) is told by that form, whatever its label says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.parsers import expat

from jpkidoctor.host.tree import decode
from jpkidoctor.host.windows_records import DeviceRecord

_MOST = 1000
"""Devices; a computer has some hundreds."""
_MOST_LINES = 20_000
"""Lines, or XML elements: what no pnputil printed must not cost time."""
_LONGEST = 300
"""Characters of a value."""

_LABELS = {
    "instance id": "instance", "インスタンス id": "instance", "instanceid": "instance",
    "device description": "description", "デバイスの説明": "description", "デバイス説明": "description",
    "devicedescription": "description",
    "class name": "class", "クラス名": "class", "classname": "class",
    "class guid": "guid", "クラス guid": "guid", "classguid": "guid",
    "manufacturer name": "manufacturer", "製造元名": "manufacturer", "製造元の名前": "manufacturer",
    "manufacturername": "manufacturer",
    "status": "status", "状態": "status", "ステータス": "status",
    "driver name": "inf", "ドライバー名": "inf", "ドライバ名": "inf", "drivername": "inf",
    "problem code": "problem", "問題コード": "problem", "problemcode": "problem",
    "parent instance id": "parent", "parentinstanceid": "parent",
}  # fmt: skip

_INSTANCE = re.compile(r"[A-Za-z0-9_{}\-.]{2,40}\\[^\\\s]{1,200}\\\S{1,200}")
_GUID = re.compile(r"\{[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\}")
_INF = re.compile(r"[\w.\-]{1,60}\.inf", re.IGNORECASE)
_PROBLEM = re.compile(r"(\d{1,3})\b")
_PROBLEM_FORM = re.compile(r"(\d{1,3}) \(0x[0-9A-Fa-f]{1,8}\)")
_STARTED = frozenset({"started", "開始", "開始済み", "開始されました"})
_GONE = frozenset({"disconnected", "切断", "切断済み", "切断されました"})


def decode_output(data: bytes) -> str:
    """A program's output: UTF-16 (with or without a mark), UTF-8, else the Japanese code page. Never raises."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    head = data[:200]
    if head[1::2].count(0) > len(head) // 4:  # mostly ASCII in UTF-16LE: every other byte is NUL
        return data.decode("utf-16-le", "replace")
    return decode(data)


def parse_text(data: bytes) -> tuple[DeviceRecord, ...]:
    """Devices of the text form: one block each, blocks parted by an empty line. Never raises."""
    records: list[DeviceRecord] = []
    for block in _blocks(decode_output(data)):
        record = _record(block)
        if record is not None:
            records.append(record)
        if len(records) >= _MOST:
            break
    return tuple(records)


def _blocks(text: str) -> Iterator[dict[str, str]]:
    fields: dict[str, str] = {}
    for line in text.split("\n", _MOST_LINES)[:_MOST_LINES]:
        label, colon, value = line.replace("：", ":", 1).partition(":")
        if colon:
            value = value.strip()[:_LONGEST]
            kind = _kind(label.strip()[:60].lower(), value)
            # A device begins with its instance id, also when no empty line parts it from the one before.
            if kind == "instance" and "instance" in fields:
                yield fields
                fields = {}
            if kind:
                fields.setdefault(kind, value)
        elif not line.strip() and fields:
            yield fields
            fields = {}
    if fields:
        yield fields


def _kind(label: str, value: str) -> str:
    known = _LABELS.get(label)
    if known is not None:
        return known
    if _GUID.fullmatch(value):
        return "guid"
    if _INF.fullmatch(value):
        return "inf"
    if _PROBLEM_FORM.match(value) and "CM_PROB" in value:
        return "problem"
    return "instance" if _INSTANCE.fullmatch(value) and "id" in label and "parent" not in label else ""


def _record(fields: dict[str, str]) -> DeviceRecord | None:
    instance, status = fields.get("instance", ""), fields.get("status", "").lower()
    if not _INSTANCE.fullmatch(instance) or status in _GONE:
        return None
    problem = _PROBLEM.match(fields.get("problem", ""))
    started = 0 if status in _STARTED else None
    return DeviceRecord(
        instance=instance,
        problem=int(problem[1]) if problem else started,
        description=fields.get("description", ""),
        manufacturer=fields.get("manufacturer", ""),
        device_class=fields.get("class", ""),
        class_guid=fields.get("guid", ""),
        parent=fields.get("parent", ""),
        inf=fields.get("inf", ""),
    )


class _XmlDevices:
    """Collects <Device> elements. The parts that were read before a broken place count."""

    def __init__(self) -> None:
        self.records: list[DeviceRecord] = []
        self._elements = 0
        self._fields: dict[str, str] | None = None
        self._kind = ""
        self._text: list[str] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_LINES or len(self.records) >= _MOST:
            raise _StopError
        if name == "Device":
            self._fields = {"instance": attributes.get("InstanceId", "")[:_LONGEST]}
        self._kind, self._text = _LABELS.get(name.lower(), ""), []

    def data(self, text: str) -> None:
        if self._kind:
            self._text.append(text)

    def end(self, name: str) -> None:
        if self._fields is None:
            return
        if name == "Device":
            record = _record(self._fields)
            if record is not None:
                self.records.append(record)
            self._fields = None
        elif self._kind:
            value = "".join(self._text).strip()[:_LONGEST]
            if value:
                self._fields.setdefault(self._kind, value)
        self._kind = ""

    def doctype(self, name: str, system_id: str | None, public_id: str | None, internal: bool) -> None:
        """pnputil writes no document type: this is another program's XML, whose entities could grow without end."""
        raise _StopError


class _StopError(Exception):
    """Nothing of use comes any more."""


def parse_xml(data: bytes) -> tuple[DeviceRecord, ...]:
    """Devices of ``/format xml``. Never raises."""
    text = decode_output(data).strip("\0 \r\n\t\ufeff")
    if not text.startswith("<"):
        return ()
    if text.startswith("<?xml"):
        text = text.partition("?>")[2]  # its encoding is no longer true of decoded text
    devices = _XmlDevices()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = devices.start, devices.end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = devices.data, devices.doctype
    try:
        parser.Parse(text.encode("utf-8", "replace"), True)
    except (expat.ExpatError, _StopError):
        return tuple(devices.records)
    return tuple(devices.records)

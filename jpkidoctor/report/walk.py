"""One walk over the facts for everybody who changes strings in them: redaction and cleaning.

The walk follows the declared types, not the values, so a string's Privacy mark is known wherever the string
stands, and a field added to the facts tomorrow is walked without a change here.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Callable, Iterator
from typing import Any, TypeVar, cast, get_origin

import msgspec
from msgspec import inspect

from jpkidoctor.privacy import Privacy

S = TypeVar("S", bound=msgspec.Struct)

OnText = Callable[[str, Privacy | None, str], str]
"""Called with the place, the mark (None: the type carries none) and the text; returns the text to keep."""
OnTime = Callable[[dt.datetime], dt.datetime]


class UnwalkableTypeError(TypeError):
    """A fact has a type that the walk does not know, so it cannot promise to have seen every string."""


def map_struct(struct: S, on_text: OnText, on_time: OnTime | None = None) -> S:
    """A copy of ``struct`` with every string (enum members and literals aside) passed through ``on_text``.

    Places are written as in the JSON: ``pcsc.readers.value[0].name``. Dictionary keys are walked as text
    too, with a place that ends in ``#key``. Raises UnwalkableTypeError.
    """
    return cast("S", _Walk(on_text, on_time).visit(struct, _type_of(type(struct)), "", None))


def text_places(struct: type[msgspec.Struct]) -> Iterator[tuple[str, Privacy | None]]:
    """Every place in a type where a string may stand, with its mark. ``[]`` stands for any index."""
    yield from _places(_type_of(struct), "", None)


@functools.cache
def _type_of(struct: type[msgspec.Struct]) -> inspect.Type:
    return inspect.type_info(struct)


def _mark_of(type_: inspect.Metadata) -> Privacy | None:
    mark = (type_.extra or {}).get("privacy")
    return Privacy(mark) if mark is not None else None


class _Walk:
    def __init__(self, on_text: OnText, on_time: OnTime | None) -> None:
        self._on_text = on_text
        self._on_time = on_time

    def visit(self, value: Any, type_: inspect.Type, place: str, mark: Privacy | None) -> Any:  # noqa: ANN401
        match type_:
            case inspect.Metadata():
                return self.visit(value, type_.type, place, _mark_of(type_) or mark)
            case inspect.StrType():
                return self._on_text(place, mark, value)
            case inspect.DateTimeType():
                return self._on_time(value) if self._on_time else value
            case inspect.StructType():
                return self._visit_struct(value, type_, place)
            case inspect.UnionType():
                return self.visit(value, _member(type_, value), place, mark)
            case inspect.VarTupleType() | inspect.ListType():
                items = [self.visit(item, type_.item_type, f"{place}[{n}]", mark) for n, item in enumerate(value)]
                return tuple(items) if isinstance(type_, inspect.VarTupleType) else items
            case inspect.DictType():
                return {
                    self.visit(key, type_.key_type, f"{place}#key", mark): self.visit(
                        item, type_.value_type, f"{place}.{key}", mark
                    )
                    for key, item in value.items()
                }
        if isinstance(type_, _NO_TEXT):
            return value
        raise UnwalkableTypeError(place, type_)

    def _visit_struct(self, value: msgspec.Struct, type_: inspect.StructType, place: str) -> msgspec.Struct:
        changes: dict[str, object] = {}
        for field in type_.fields:
            old = getattr(value, field.name)
            new = self.visit(old, field.type, f"{place}.{field.name}".lstrip("."), None)
            if new is not old:
                changes[field.name] = new
        return msgspec.structs.replace(value, **changes) if changes else value


_NO_TEXT = (
    inspect.BoolType,
    inspect.DateType,
    inspect.EnumType,
    inspect.FloatType,
    inspect.IntType,
    inspect.LiteralType,
    inspect.NoneType,
)


def _member(union: inspect.UnionType, value: object) -> inspect.Type:
    """The member of a union that a value has. A union in the facts never has two that could fit."""
    for member in union.types:
        bare = member.type if isinstance(member, inspect.Metadata) else member
        if _fits(bare, value):
            return member
    raise UnwalkableTypeError(type(value), union)


def _fits(type_: inspect.Type, value: object) -> bool:
    match type_:
        case inspect.NoneType():
            return value is None
        case inspect.StructType():
            return isinstance(value, get_origin(type_.cls) or type_.cls)
        case inspect.EnumType():
            return isinstance(value, type_.cls)
        case inspect.BoolType():
            return isinstance(value, bool)
        case inspect.IntType():
            return isinstance(value, int) and not isinstance(value, bool)
        case inspect.FloatType():
            return isinstance(value, float)
        case inspect.StrType():
            return isinstance(value, str)
        case inspect.VarTupleType():
            return isinstance(value, tuple)
        case inspect.DateTimeType():
            return isinstance(value, dt.datetime)
        case inspect.DateType():
            return isinstance(value, dt.date) and not isinstance(value, dt.datetime)
    return False


def _places(type_: inspect.Type, place: str, mark: Privacy | None) -> Iterator[tuple[str, Privacy | None]]:
    match type_:
        case inspect.Metadata():
            yield from _places(type_.type, place, _mark_of(type_) or mark)
        case inspect.StrType():
            yield place, mark
        case inspect.StructType():
            for field in type_.fields:
                yield from _places(field.type, f"{place}.{field.name}".lstrip("."), None)
        case inspect.UnionType():
            for member in type_.types:
                yield from _places(member, place, mark)
        case inspect.VarTupleType() | inspect.ListType():
            yield from _places(type_.item_type, f"{place}[]", mark)
        case inspect.DictType():
            yield from _places(type_.key_type, f"{place}#key", mark)
            yield from _places(type_.value_type, f"{place}.*", mark)
        case inspect.DateTimeType():
            return
        case _ if not isinstance(type_, _NO_TEXT):
            raise UnwalkableTypeError(place, type_)

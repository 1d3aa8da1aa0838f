"""The command palette in the person's language. It offers our commands only; there is no screenshot among them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from jpkidoctor.screens.page import Page
from jpkidoctor.screens.view import View


@dataclass(frozen=True, slots=True)
class Command:
    """A message id below ``palette.``, the action it runs, and its key as printed (empty for none)."""

    label: str
    action: str
    key: str = ""


COMMANDS: tuple[Command, ...] = (
    Command("help", "page('help')", "F1"),
    Command("again", "again", "F2"),
    Command("cancel", "cancel", "Esc"),
    Command("home", "home", "Home"),
    Command("guide", "page('guide')", "F3"),
    Command("search", "page('search')", "F4"),
    Command("rooms", "page('rooms')", "F6"),
    Command("menu", "page('menu')", "F9"),
    Command("readers", "page('readers')", "F9 1"),
    Command("trace", "page('trace')", "F9 2"),
    Command("card", "page('card')", "F5"),
    Command("certificates", "page('certificates')", "F5 1"),
    Command("pins", "page('pins')", "F5 2"),
    Command("change", "page('change')", "F5 3"),
    Command("check", "page('check')", "F5 4"),
    Command("sign", "page('sign')", "F5 5"),
    Command("verify", "page('verify')", "F5 6"),
    Command("attributes", "page('attributes')", "F5 7"),
    Command("report", "page('report')", "F8"),
    Command("language", "language", "F7"),
    Command("dark", "look('dark')", "F9 4"),
    Command("light", "look('light')", "F9 4"),
    Command("contrast", "look('contrast')", "F9 4"),
    Command("large", "look('large')", "F9 4"),
    Command("compare", "page('compare')", "F9 6"),
    Command("notices", "page('notices')", "F9 8"),
    Command("about", "page('about')", "F9 9"),
)
PRACTICE_COMMANDS: tuple[Command, ...] = (
    Command("practice", "page('practice')", "F9 7"),
    Command("insert", "practice('insert')", "P"),
    Command("remove", "practice('remove')", "R"),
    Command("turn_over", "practice('turn_over')", "T"),
)
QUIT = Command("quit", "quit", "F10")


class DoctorCommands(Provider):
    """Finds commands by their label in either language, or by their key."""

    async def discover(self) -> Hits:
        """All commands, in our order."""
        view = self._view
        if view is not None:
            for command in _commands(view):
                label = _label(view, command)
                yield DiscoveryHit(Content(label), partial(self._run, command), text=label)

    async def search(self, query: str) -> Hits:
        """Commands whose label or key holds the query; one line that says so when there is none."""
        view = self._view
        if view is None:
            return
        found = False
        for command in _commands(view):
            label = _label(view, command)
            if query.lower() in f"{label} {command.label} {command.action}".lower():
                found = True
                yield Hit(1.0, Content(label), partial(self._run, command), text=label)
        if not found:
            nothing = view.say("palette.no_match")
            yield Hit(1.0, Content(nothing), _do_nothing, text=nothing)

    @property
    def _view(self) -> View | None:
        return self.screen.view if isinstance(self.screen, Page) else None

    async def _run(self, command: Command) -> None:
        await self.app.run_action(f"app.{command.action}")


def _do_nothing() -> None:
    """The line that says nothing was found."""


def _commands(view: View) -> Iterator[Command]:
    yield from COMMANDS
    if view.practice:
        yield from PRACTICE_COMMANDS
    yield QUIT


def _label(view: View, command: Command) -> str:
    label = view.say(f"palette.{command.label}")
    return view.say("palette.line", command=label, key=command.key) if command.key else label

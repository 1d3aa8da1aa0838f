"""The telephone guide in easy Japanese (やさしい日本語), whatever the language of the screen.

Where there are no easy words for something, the usual Japanese ones are taken: a call never stops for a word.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from msgspec import Struct

from jpkidoctor.guide.tables import Guide, load_guide
from jpkidoctor.guide.types import Answer, Question, Stop, Symptom
from jpkidoctor.knowledge.load import data_directory, read_table


class _Row(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    id: str


class EasySymptom(_Row, frozen=True, kw_only=True):
    """What a caller says first."""

    text: str


class EasyQuestion(_Row, frozen=True, kw_only=True):
    """A question; ``answers`` has all its answers in their order."""

    say: str
    answers: tuple[str, ...]


class EasyStop(_Row, frozen=True, kw_only=True):
    """A red stop; ``steps`` has its steps in their order."""

    title: str
    say: str
    steps: tuple[str, ...]


class EasyGuideFile(Struct, frozen=True, forbid_unknown_fields=True):
    """``easy/guide/phone.toml``."""

    symptom: tuple[EasySymptom, ...]
    question: tuple[EasyQuestion, ...]
    stop: tuple[EasyStop, ...]


class EasyGuide:
    """Easy words for what stands in the shipped guide; what an organisation replaced is not said in our old words."""

    def __init__(self, table: EasyGuideFile, shipped: Guide) -> None:
        self._symptoms = {each.id: each for each in table.symptom}
        self._stops = {each.id: each for each in table.stop}
        self._questions = {each.id: each for each in table.question}
        self._shipped = shipped

    def symptom(self, symptom: Symptom) -> str:
        """What a caller says first."""
        easy = self._symptoms.get(symptom.id) if self._shipped.symptoms.get(symptom.id) == symptom else None
        return easy.text if easy else symptom.text.ja

    def question(self, question: Question) -> str:
        """What is asked."""
        easy = self._of_question(question)
        return easy.say if easy else question.say.ja

    def answer(self, question: Question, answer: Answer) -> str:
        """One of the answers of a question."""
        easy, place = self._of_question(question), question.answer.index(answer)
        return easy.answers[place] if easy and place < len(easy.answers) else answer.ja

    def stop_title(self, stop: Stop) -> str:
        """What has happened."""
        easy = self._of_stop(stop)
        return easy.title if easy else stop.title.ja

    def stop_say(self, stop: Stop) -> str:
        """What the agent says."""
        easy = self._of_stop(stop)
        return easy.say if easy else stop.say.ja

    def stop_steps(self, stop: Stop) -> tuple[str, ...]:
        """What is to be done."""
        easy = self._of_stop(stop)
        return easy.steps if easy and len(easy.steps) == len(stop.steps) else tuple(each.ja for each in stop.steps)

    def _of_question(self, question: Question) -> EasyQuestion | None:
        return self._questions.get(question.id) if self._shipped.questions.get(question.id) == question else None

    def _of_stop(self, stop: Stop) -> EasyStop | None:
        return self._stops.get(stop.id) if self._shipped.stops.get(stop.id) == stop else None


def read_easy_guide(directory: Path) -> EasyGuideFile:
    """The table below ``directory``. Raises KnowledgeError."""
    return read_table(directory / "easy" / "guide" / "phone.toml", EasyGuideFile)


@cache
def load_easy_guide() -> EasyGuide:
    """The shipped easy words. Raises KnowledgeError."""
    return EasyGuide(read_easy_guide(data_directory()), load_guide(data_directory()))

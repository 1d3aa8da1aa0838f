"""What is said to a caller: in the language of the agent, or in easy Japanese whatever that is."""

from __future__ import annotations

from dataclasses import dataclass

from jpkidoctor.guide.easy import load_easy_guide
from jpkidoctor.guide.types import Answer, Question, Stop, Symptom
from jpkidoctor.knowledge.types import Lang


@dataclass(frozen=True, slots=True)
class Spoken:
    """The same words for the page and for the line mode."""

    lang: Lang
    easy: bool

    def symptom(self, symptom: Symptom) -> str:
        """What a caller says first."""
        return load_easy_guide().symptom(symptom) if self.easy else symptom.text.get(self.lang)

    def question(self, question: Question) -> str:
        """What is asked."""
        return load_easy_guide().question(question) if self.easy else question.say.get(self.lang)

    def answer(self, question: Question, answer: Answer) -> str:
        """One of the answers of a question."""
        return load_easy_guide().answer(question, answer) if self.easy else answer.text.get(self.lang)

    def stop_title(self, stop: Stop) -> str:
        """What has happened."""
        return load_easy_guide().stop_title(stop) if self.easy else stop.title.get(self.lang)

    def stop_say(self, stop: Stop) -> str:
        """What the agent says."""
        return load_easy_guide().stop_say(stop) if self.easy else stop.say.get(self.lang)

    def stop_steps(self, stop: Stop) -> tuple[str, ...]:
        """What is to be done."""
        if self.easy:
            return load_easy_guide().stop_steps(stop)
        return tuple(step.get(self.lang) for step in stop.steps)

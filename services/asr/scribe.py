"""Takes an utterance down: says that somebody speaks, shows the words as they come, and publishes what was said."""

import msgspec
import structlog

from bus import Bus, Report
from schemas import Report as Made
from schemas import Request, SpeechFinal, SpeechStarted, Word, because
from services.actor.chain import Chain
from services.actor.errors import BackendError
from services.asr.caption import Caption
from services.asr.listener import Heard, Recogniser
from services.asr.utterance import Utterance
from services.asr.vad import FRAME_SECONDS

LONGEST_TEXT = 2000
"""Characters."""

log = structlog.get_logger()


class Scribe:
    """Turns utterances into events; several at the same time if need be."""

    def __init__(self, bus: Bus, chain: Chain) -> None:
        self.bus, self.chain = bus, chain
        self.understood = 0
        self.rejected = 0
        self.lost = 0

    async def take_down(self, utterance: Utterance) -> None:
        """Follow an utterance to its end and publish what was said, if anything was."""
        started = await self.bus.publish(SpeechStarted(mic=utterance.mic))
        caption = Caption(self.bus, started)

        async def listen(recogniser: Recogniser, _: Request) -> Heard:
            async with recogniser.hearing(utterance.mic) as hearing:
                async for piece in utterance.pieces():
                    caption.show(await hearing.feed(piece))
                return await hearing.finish()

        try:
            heard, report = await self.chain.call(Request(), listen)
        except BackendError as error:
            self.lost += 1
            log.warning("speech.lost", mic=utterance.mic, error=str(error), count=self.lost)
            caption.clear()
            return
        reason = self.doubt(utterance, heard)
        if reason:
            self.rejected += 1
            log.info("speech.rejected", mic=utterance.mic, reason=reason, count=self.rejected)
            caption.clear()
            return
        self.understood += 1
        await self.bus.publish(because(started, final(utterance, heard, report)))
        log.info(
            "speech.heard",
            mic=utterance.mic,
            words=len(heard.words),
            seconds=round(utterance.seconds, 2),
            backend=report.backend,
        )

    @staticmethod
    def doubt(utterance: Utterance, heard: Heard) -> str:
        """Return why this was no speech, or nothing."""
        if utterance.noise:
            return "steady noise"
        return heard.doubt if heard.text.strip() else "no words"

    def report(self) -> Report:
        """Return what became of the utterances, for `status`."""
        return {"understood": self.understood, "rejected": self.rejected, "lost": self.lost}


def final(utterance: Utterance, heard: Heard, report: Made) -> SpeechFinal:
    """Return what is published of an utterance; its times count from the first voiced sample."""
    lead = utterance.lead * FRAME_SECONDS
    return SpeechFinal(
        mic=utterance.mic,
        text=heard.text[:LONGEST_TEXT],
        words=tuple(earlier(word, lead) for word in heard.words),
        language=heard.language,
        confidence=round(heard.confidence, 3),
        spoken=round(utterance.seconds, 2),
        voiced=utterance.ended,
        report=report,
    )


def earlier(word: Word, seconds: float) -> Word:
    """Return a word whose times begin to count later."""
    start, end = max(0.0, word.start - seconds), max(0.0, word.end - seconds)
    return msgspec.structs.replace(word, start=round(start, 2), end=round(end, 2))

"""Listen to voice messages beside everything else: fetch, transcribe, delete, and store the words.

Listening takes seconds, and a person's other messages must not wait for it, least of all a danger
sign. So a voice message is put off and listened to in a task of its own, while its person is left
to others; then it is due with what was heard in it, sealed in its row. A recording is in memory
alone. Where this process dies, another one listens after `RETRY`.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from kmqa import log
from kmqa.channels.channel import FetchedFile, FetchLimits, NotFetched, Transports
from kmqa.messages import Media
from kmqa.runtime import metrics, triage
from kmqa.runtime.service import Service
from kmqa.state import transcripts
from kmqa.state.inbox import Waiting
from kmqa.transcribing.transcriber import (
    MOST_BYTES,
    SUFFIXES,
    Audio,
    NotTranscribed,
    Transcriber,
    Transcript,
)

RETRY = 150.0  # seconds; more than two attempts at both the file and its words take
OLDEST = 24 * 3600.0  # seconds; an older one waits for a person anyway
_AT_ONCE = 4  # of one process; a server of one's own seldom does more
_LIMITS = FetchLimits(MOST_BYTES, frozenset(SUFFIXES))
_LOG = log.logger(__name__)


@dataclass(slots=True)
class Listener:
    """Listens for one worker.

    Attributes:
        transcriber: None where nobody listens; then every message is left as it is.
    """

    service: Service
    transports: Transports
    transcriber: Transcriber | None = None
    _tasks: dict[int, asyncio.Task[None]] = field(default_factory=dict)
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))

    def is_for(self, message: Waiting) -> bool:
        """Return whether somebody has to listen to a message before it is answered."""
        is_new = message.media is not None and message.transcript is None
        age = self.service.clock() - message.sent_at
        return self.transcriber is not None and message.kind == "voice" and is_new and age < OLDEST

    async def begin(self, messages: Sequence[Waiting], language: str) -> None:
        """Put `messages` off and listen to each; return at once.

        Args:
            messages: Voice messages of one person.
            language: That the person chose; may be empty.
        """
        new = [one for one in messages if one.id not in self._tasks]
        if not new:
            return
        ids, due_at = [one.id for one in new], self.service.clock() + RETRY
        await self.service.writer.write(partial(transcripts.postpone, ids=ids, due_at=due_at))
        for message in new:
            task = asyncio.create_task(self._listen(message, language))
            self._tasks[message.id] = task
            task.add_done_callback(partial(self._forget_task, message.id))

    async def finish(self) -> None:
        """Return when everything that was begun is done."""
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def close(self) -> None:
        """Give up what was begun; it is due again later."""
        for task in self._tasks.values():
            task.cancel()
        await self.finish()

    def _forget_task(self, row: int, _task: asyncio.Task[None]) -> None:
        self._tasks.pop(row, None)

    async def _listen(self, message: Waiting, language: str) -> None:
        """Store what was heard, then let the channel delete the recording."""
        media = message.media
        assert media is not None  # noqa: S101 - `is_for` says so
        transport = self.transports[self.service.channels.of(message.number_id).name]
        try:
            async with self._gate:
                heard = await self._hear(message, media, language)
            new = transcripts.NewTranscript(heard, await triage.judge_urgency(self.service, heard))
            now, identity = self.service.clock(), self.service.identity
            await self.service.writer.write(
                lambda c: transcripts.add_transcript(c, identity, message.id, new, now)
            )
            await transport.delete_media(media)
        except Exception as error:  # the message is due again after a while, and counted then
            _LOG.exception("voice not heard", error=type(error).__name__)

    async def _hear(self, message: Waiting, media: Media, language: str) -> str:
        """Return the words of a voice message; nothing where there are none to be had."""
        file = await self._fetch(message.number_id, media)
        if isinstance(file, NotFetched):
            return self._give_up("fetch", file.reason)
        transcript = await self._transcribe(Audio(file.content, file.mime_type), language)
        if isinstance(transcript, NotTranscribed):
            return self._give_up("transcribe", transcript.reason)
        metrics.voices.labels("heard" if transcript.text else "silence").inc()
        return transcript.text

    def _give_up(self, step: str, reason: str) -> str:
        metrics.voices.labels(reason).inc()
        _LOG.warning("voice not heard", step=step, reason=reason)
        return ""

    async def _fetch(self, number_id: str, media: Media) -> FetchedFile | NotFetched:
        transport = self.transports[self.service.channels.of(number_id).name]
        file = await transport.fetch_media(number_id, media, _LIMITS)
        if isinstance(file, NotFetched) and file.is_temporary:
            file = await transport.fetch_media(number_id, media, _LIMITS)
        return file

    async def _transcribe(self, audio: Audio, language: str) -> Transcript | NotTranscribed:
        assert self.transcriber is not None  # noqa: S101 - `is_for` says so
        if not audio.content:
            return Transcript("")
        found = await self.transcriber.transcribe(audio, language)
        if isinstance(found, NotTranscribed) and found.is_temporary:
            found = await self.transcriber.transcribe(audio, language)
        return found

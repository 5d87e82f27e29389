"""Converts files one by one, in this process or in several."""

import contextlib
import os
import signal
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from a2f_live.audio.files import open_audio
from a2f_live.cli.batch import Source
from a2f_live.cli.picture import ChartWriter, Listener, pcm_blocks
from a2f_live.config import StreamConfig
from a2f_live.engine.registry import create, parse_spec
from a2f_live.errors import A2FError, ConfigError
from a2f_live.motion.profile import Profile
from a2f_live.offline import render
from a2f_live.outputs.base import Clip
from a2f_live.outputs.files import FORMATS, ClipWriter
from a2f_live.plot.phones import PhoneTable

FILES_A_PROCESS = 4
"""Fewer do not pay for the start of a process."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How every file of a conversion is made; it travels to other processes."""

    folder: Path
    formats: tuple[str, ...]
    engine: str = "embedded"
    config: StreamConfig = field(default_factory=StreamConfig)
    profile: Mapping[str, Any] = field(default_factory=dict)
    skip_existing: bool = False
    plot: bool = False
    """Whether a chart is drawn beside."""
    phones: PhoneTable | None = None
    """What charts show of the words."""

    def targets(self, source: Source) -> dict[str, Path]:
        """Format, or `plot`, to file; without those that are there already and are to be kept."""
        stem = self.folder / source.stem
        suffixes = {name: FORMATS[name].suffix for name in self.formats} | ({"plot": ".png"} if self.plot else {})
        paths = {name: stem.with_name(stem.name + suffix) for name, suffix in suffixes.items()}
        return {name: path for name, path in paths.items() if not (self.skip_existing and path.exists())}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file."""

    path: Path
    seconds: float = 0.0
    """Of audio converted."""
    error: str = ""
    """Why it failed; empty when all is well."""


class Converter:
    """Converts files by one engine; raises `EngineUnavailable` or `ConfigError` if the recipe cannot be used."""

    def __init__(self, recipe: Recipe) -> None:
        self._recipe = recipe
        self._profile = Profile.from_map(recipe.profile)
        self._engine = create(parse_spec(recipe.engine))
        self._require("--visemes", recipe.config.visemes, {"visemes"})
        self._require("--auto-emotion", recipe.config.auto_emotion, {"prosody", "auto_emotion"})

    def convert(self, source: Source) -> Outcome:
        """Convert one file to every format; a file that fails leaves nothing behind."""
        targets = self._recipe.targets(source)
        if not targets:
            return Outcome(source.path)
        try:
            return Outcome(source.path, seconds=self._write(source, targets))
        except A2FError as error:
            return Outcome(source.path, error=error.message)

    def close(self) -> None:
        """Give back the engine."""
        self._engine.close()

    def _require(self, flag: str, wanted: bool, channels: set[str]) -> None:
        """One of these channels, if what the flag asks for is wanted."""
        info = self._engine.info
        if wanted and channels.isdisjoint(info.channels):
            self._engine.close()
            raise ConfigError(f"{flag}: the engine {info.name} has none, use another or leave it out")

    def _write(self, source: Source, targets: Mapping[str, Path]) -> float:
        with open_audio(source.path) as sound, contextlib.ExitStack() as stack:
            config = replace(self._recipe.config, audio=sound.audio)
            clip = Clip(source.path.name, config.fps, config.visemes)
            listener = Listener(sound.audio)
            pcm = _Counted(listener.listening(pcm_blocks(sound)) if "plot" in targets else pcm_blocks(sound))
            writers: list[ClipWriter | ChartWriter] = []
            for name, path in targets.items():
                writers.append(self._writer(name, path, clip, listener))
                stack.enter_context(writers[-1])
            for frames in render(self._engine, config, self._profile, pcm):
                for writer in writers:
                    writer.write(frames)
            return float(sound.audio.seconds(pcm.size))

    def _writer(self, name: str, path: Path, clip: Clip, listener: Listener) -> ClipWriter | ChartWriter:
        if name == "plot":
            return ChartWriter(path, clip.name, listener, self._recipe.phones)
        return ClipWriter(path, FORMATS[name], clip)


class _Counted:
    """Blocks of bytes, and how many bytes have been taken."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._blocks = blocks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for block in self._blocks:
            self.size += len(block)
            yield block


def convert_all(recipe: Recipe, sources: Sequence[Source], jobs: int) -> Iterator[Outcome]:
    """Convert every file, on so many processes; outcomes come as they are ready."""
    converter = Converter(recipe)  # made here even if others do the work: a wrong recipe is told at once
    try:
        if jobs == 1:
            yield from map(converter.convert, sources)
    finally:
        converter.close()
    if jobs > 1:
        yield from _on_processes(recipe, sources, jobs)


def jobs_for(files: int) -> int:
    """How many processes so many files are worth on this machine."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(cores, files // FILES_A_PROCESS))


def _on_processes(recipe: Recipe, sources: Sequence[Source], jobs: int) -> Iterator[Outcome]:
    context = get_context("spawn")  # the same on every system, and safe whatever threads are running here
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_start_process, initargs=(recipe,))
    try:
        pending = {pool.submit(_convert_in_process, source): source for source in sources}
        for future in as_completed(pending):
            try:
                yield future.result()
            except BrokenProcessPool:
                reason = "a process of the conversion was killed before this file was done; run again with --jobs 1"
                yield Outcome(pending[future].path, error=reason)
    finally:
        pool.shutdown(cancel_futures=True)


_converter: Converter
"""Of this process, where it is one that only converts."""


def _start_process(recipe: Recipe) -> None:
    global _converter
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent hears it and decides
    _converter = Converter(recipe)


def _convert_in_process(source: Source) -> Outcome:
    return _converter.convert(source)

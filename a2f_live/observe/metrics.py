"""Metrics for Prometheus: read from one snapshot when they are asked for, never counted while audio flows."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal

from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric: what it counts, in which unit, and the labels that tell its values apart."""

    kind: Literal["counter", "gauge"]
    help: str
    labels: tuple[str, ...] = ()


METRICS: Final[Mapping[str, Definition]] = MappingProxyType(
    {
        "a2f_live_info": Definition("gauge", "Always 1; the version is a label.", ("version",)),
        "a2f_live_uptime_seconds": Definition("gauge", "Seconds since the server started."),
        "a2f_live_draining": Definition("gauge", "1 while the server drains."),
        "a2f_live_sessions": Definition("gauge", "Sessions by state; also connections without one.", ("state",)),
        "a2f_live_sessions_total": Definition("counter", "Sessions begun."),
        "a2f_live_sessions_resumed_total": Definition("counter", "Sessions resumed after a lost connection."),
        "a2f_live_refused_total": Definition("counter", "Connections refused before a session, by reason.", ("code",)),
        "a2f_live_closed_total": Definition("counter", "Connections closed, by WebSocket close code.", ("close_code",)),
        "a2f_live_errors_total": Definition("counter", "Errors told to peers, by code.", ("code",)),
        "a2f_live_messages_received_total": Definition("counter", "Messages received."),
        "a2f_live_messages_sent_total": Definition("counter", "Messages sent."),
        "a2f_live_received_bytes_total": Definition("counter", "Bytes of messages received."),
        "a2f_live_sent_bytes_total": Definition("counter", "Bytes of messages sent."),
        "a2f_live_audio_seconds_total": Definition("counter", "Seconds of audio received."),
        "a2f_live_frames_total": Definition("counter", "Frames made, whether sent or dropped."),
        "a2f_live_frames_dropped_total": Definition("counter", "Frames dropped because a peer read too slowly."),
        "a2f_live_engine_instances": Definition("gauge", "Instances of an engine, by state.", ("engine", "state")),
        "a2f_live_engine_queue": Definition("gauge", "Windows that wait for an instance.", ("engine",)),
        "a2f_live_engine_oldest_wait_seconds": Definition("gauge", "Age of the oldest of them.", ("engine",)),
        "a2f_live_engine_wait_seconds": Definition("gauge", "Waits of late, by quantile.", ("engine", "quantile")),
        "a2f_live_engine_overload_level": Definition("gauge", "0 for none, up to 3.", ("engine",)),
        "a2f_live_engine_windows_total": Definition("counter", "Windows answered.", ("engine",)),
        "a2f_live_engine_batches_total": Definition("counter", "Calls that answered them.", ("engine",)),
        "a2f_live_engine_retries_total": Definition("counter", "Windows given to another instance.", ("engine",)),
        "a2f_live_engine_given_up_total": Definition("counter", "Windows that nobody answered.", ("engine",)),
        "a2f_live_engine_failures_total": Definition("counter", "Failures of instances, by kind.", ("engine", "kind")),
        "a2f_live_engine_audio_seconds_total": Definition("counter", "Seconds of audio answered.", ("engine",)),
        "a2f_live_engine_busy_seconds_total": Definition("counter", "Seconds that instances worked.", ("engine",)),
    }
)
"""Every metric of the product, beside those of the process itself (`process_*`, `python_*`)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one metric of `METRICS`."""

    name: str
    value: float
    labels: tuple[str, ...] = field(default=())


class SnapshotCollector(Collector):
    """Turns the readings of a snapshot into metric families at scrape time."""

    def __init__(self, read: Callable[[], Iterable[Reading]]) -> None:
        self._read = read

    def collect(self) -> Iterator[Metric]:
        """One family for each metric that has a reading."""
        families: dict[str, Metric] = {}
        for reading in self._read():
            if reading.name not in families:
                families[reading.name] = _family(reading.name)
            definition = METRICS[reading.name]
            labels = dict(zip(definition.labels, reading.labels, strict=True))
            families[reading.name].add_sample(reading.name, labels, reading.value)
        yield from families.values()

    def describe(self) -> Iterator[Metric]:
        """Families without values: registering reads nothing."""
        return map(_family, METRICS)


def create_registry(read: Callable[[], Iterable[Reading]]) -> CollectorRegistry:
    """A registry of its own with this collector and those of the process (CPU, memory, files, GC)."""
    registry = CollectorRegistry()
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    registry.register(SnapshotCollector(read))
    return registry


def render(registry: CollectorRegistry) -> bytes:
    """The text format of Prometheus."""
    return generate_latest(registry)


def _family(name: str) -> Metric:
    definition = METRICS[name]
    kind = CounterMetricFamily if definition.kind == "counter" else GaugeMetricFamily
    return kind(name, definition.help, labels=definition.labels)

"""How well an instance is: a state machine as a table, with a quarantine that grows.

::

    STARTING ──▶ HEALTHY ◀──▶ SUSPECT
       │            │ gone       │ failed again
       ▼            ▼            ▼
    QUARANTINED ◀────────────────┘          its windows go elsewhere for 0.5 s, doubling to 30 s
       │  ▲  ├── still hung ──▶ RESTARTING  a new engine in its place
       │  │  └── no more new engines ──▶ DEAD
       ▼  │
    PROBATION ──▶ HEALTHY                   one window of silence decides
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Final

FIRST_QUARANTINE_S: Final = 0.5
LAST_QUARANTINE_S: Final = 30.0
FORGIVEN_AFTER_S: Final = 30.0
"""After so long without a quarantine the next one is short again."""


class State(Enum):
    """Of an instance."""

    STARTING = auto()
    HEALTHY = auto()
    SUSPECT = auto()
    """The last call failed; one more failure and it rests."""
    QUARANTINED = auto()
    PROBATION = auto()
    RESTARTING = auto()
    DEAD = auto()
    """Too many of its engines hang; looked at again when one of them comes back."""


class Event(Enum):
    """What happens to an instance."""

    STARTED = auto()
    ANSWERED = auto()
    FAILED = auto()
    """A call or the start raised, or the answer was nonsense."""
    GONE = auto()
    """It hangs, or its process died."""
    RESTED = auto()
    """The quarantine is over and the engine is there."""
    REPLACED = auto()
    """The quarantine is over and a new engine takes the place of the old one."""
    LOST = auto()
    """The quarantine is over and no new engine is allowed."""


TRANSITIONS: Final[Mapping[tuple[State, Event], State]] = MappingProxyType(
    {
        (State.STARTING, Event.STARTED): State.HEALTHY,
        (State.STARTING, Event.FAILED): State.QUARANTINED,
        (State.HEALTHY, Event.ANSWERED): State.HEALTHY,
        (State.HEALTHY, Event.FAILED): State.SUSPECT,
        (State.HEALTHY, Event.GONE): State.QUARANTINED,
        (State.SUSPECT, Event.ANSWERED): State.HEALTHY,
        (State.SUSPECT, Event.FAILED): State.QUARANTINED,
        (State.SUSPECT, Event.GONE): State.QUARANTINED,
        (State.QUARANTINED, Event.RESTED): State.PROBATION,
        (State.QUARANTINED, Event.REPLACED): State.RESTARTING,
        (State.QUARANTINED, Event.LOST): State.DEAD,
        (State.PROBATION, Event.ANSWERED): State.HEALTHY,
        (State.PROBATION, Event.FAILED): State.QUARANTINED,
        (State.PROBATION, Event.GONE): State.QUARANTINED,
        (State.RESTARTING, Event.STARTED): State.PROBATION,
        (State.RESTARTING, Event.FAILED): State.QUARANTINED,
        (State.DEAD, Event.RESTED): State.PROBATION,
        (State.DEAD, Event.REPLACED): State.RESTARTING,
        (State.DEAD, Event.LOST): State.DEAD,
    }
)

AT_REST: Final = (State.QUARANTINED, State.DEAD)


@dataclass(frozen=True, slots=True)
class Health:
    """The state of an instance and what it remembers of its past. Times in seconds of one clock."""

    state: State = State.STARTING
    until_s: float = 0.0
    """End of the rest, in QUARANTINED and DEAD."""
    quarantine_s: float = 0.0
    """Length of the last quarantine."""
    healthy_since_s: float = 0.0
    """When it was last admitted."""

    @property
    def usable(self) -> bool:
        """Whether windows may be given to it."""
        return self.state is State.HEALTHY or self.state is State.SUSPECT


def advance(health: Health, event: Event, now: float) -> Health:
    """The health after the event. Raises RuntimeError where the table has no such step: a bug of the caller."""
    if health.state is State.HEALTHY and event is Event.ANSWERED:
        return health
    state = TRANSITIONS.get((health.state, event))
    if state is None:
        raise RuntimeError(f"an instance that is {health.state.name} cannot be {event.name}")
    if state is State.QUARANTINED:
        length_s = _next_quarantine_s(health, now)
        return Health(state, now + length_s, length_s, health.healthy_since_s)
    if state is State.DEAD:
        return Health(state, now + LAST_QUARANTINE_S, LAST_QUARANTINE_S, health.healthy_since_s)
    admitted = state is State.HEALTHY and not health.usable
    return Health(state, 0.0, health.quarantine_s, now if admitted else health.healthy_since_s)


def _next_quarantine_s(health: Health, now: float) -> float:
    forgiven = health.usable and now - health.healthy_since_s >= FORGIVEN_AFTER_S
    if forgiven or not health.quarantine_s:
        return FIRST_QUARANTINE_S
    return min(2 * health.quarantine_s, LAST_QUARANTINE_S)

"""Jobs and the batch that they make."""

from a2f_live.dispatch.job import Job, launch
from tests.dispatch.helpers import Heard, window


async def test_the_least_patient_sets_the_deadline() -> None:
    heard = Heard()
    jobs = [Job(window(number), heard.done, deadline_s, 1.0) for number, deadline_s in enumerate((2.0, 0.5, 3.0))]
    batch = launch(jobs, 10.0)
    assert batch.deadline_s == 10.5
    assert [job.started_s for job in jobs] == [10.0] * 3
    assert [asked.first_hop for asked in batch.windows] == [0, 1, 2]


async def test_cancelling_twice_is_cancelling() -> None:
    job = Job(window(), Heard().done, 1.0, 0.0)
    job.cancel()
    job.cancel()
    assert job.done is None

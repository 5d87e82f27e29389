from a2f_live.motion.chance import Chance


def test_the_same_seed_draws_the_same_and_another_another() -> None:
    draws = [[Chance(seed).draw(0.0, 1.0) for seed in (7, 7, 8)], [0.0]]
    assert draws[0][0] == draws[0][1] != draws[0][2]
    one, other = Chance(-3), Chance(-3)
    assert [one.draw(0, 1) for _ in range(50)] == [other.draw(0, 1) for _ in range(50)]


def test_draws_are_spread_over_the_range() -> None:
    chance = Chance(1)
    drawn = [chance.draw(-2.0, 4.0) for _ in range(2000)]
    assert -2.0 <= min(drawn) < -1.9
    assert 3.9 < max(drawn) < 4.0
    assert 0.8 < sum(drawn) / len(drawn) < 1.2
    assert len(set(drawn)) == len(drawn)

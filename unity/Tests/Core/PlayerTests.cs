using System;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class PlayerTests
    {
        private const double Frame = 1 / 30.0;
        private FramePlayer _player;
        private double _nowS;

        [SetUp]
        public void Begin()
        {
            _player = new FramePlayer(0.05);
            _nowS = 100;
        }

        [Test]
        public void BetweenTwoFramesAMixIsShown()
        {
            _player.Add(Block(0, 0, 0f, 1f, 0.5f));
            Show(0, 0, 1);
            Assert.That(Show(0, 0.5 * Frame), Is.EqualTo(0.5f).Within(1e-6));
            Assert.That(Show(0, Frame), Is.EqualTo(1f).Within(1e-6));
            Assert.That(Show(0, 1.5 * Frame), Is.EqualTo(0.75f).Within(1e-6));
        }

        [Test]
        public void NothingIsShownBeforeItIsDue()
        {
            _player.Add(Block(0, 3, 1f, 1f));
            Assert.That(Show(0, 0, 1), Is.EqualTo(0f));
            Assert.That(_player.IsMoving, Is.False);
        }

        [Test]
        public void TheLastShapeIsHeldForAMomentAndThenLetGo()
        {
            _player.Add(Block(0, 0, 1f, 1f));
            Show(0, 0, 1);
            double endS = 2 * Frame;
            Assert.That(Show(0, endS + 0.09, 0.09), Is.EqualTo(1f));
            float before = 1;
            for (double t = 0; t < 0.25; t += 0.01)
            {
                float shown = Show(0, endS + FramePlayer.HoldS + 0.01 + t, 0.01);
                Assert.That(shown, Is.LessThanOrEqualTo(before));
                Assert.That(before - shown, Is.LessThan(0.1f), "no jump");
                before = shown;
            }
            Assert.That(before, Is.EqualTo(0f));
        }

        [Test]
        public void AnInterruptionEasesToRestFromWhatIsShownAtOnceAndNothingOldFollows()
        {
            _player.Add(Block(0, 0, Constant(1f, 90)));
            Show(0, 0, 1);
            Show(0, 0.99, 1);
            Assert.That(Show(0, 1, 0.01), Is.EqualTo(1f));
            _player.Interrupt();
            float before = 1;
            for (int i = 1; i <= 25; i++)
            {
                float shown = Show(0, 1 + i * 0.01, 0.01);
                Assert.That(shown, Is.LessThanOrEqualTo(before));
                before = shown;
            }
            Assert.That(before, Is.EqualTo(0f), "at rest within 250 ms");
            FrameBlock late = Block(0, 90, 1f, 1f);
            late.Withdrawn = true;
            _player.Add(late);
            FrameBlock ease = Block(0, 92, 1f, 1f);
            ease.Final = true;
            _player.Add(ease);
            Assert.That(_player.Waiting, Is.EqualTo(0));
        }

        [Test]
        public void AClockThatStandsLetsGoOfTheShapeAndGoesOnFromThere()
        {
            _player.Add(Block(0, 0, Constant(1f, 60)));
            Show(0, 0.4, 1);
            Assert.That(Show(0, 0.5, 0.1), Is.EqualTo(1f));
            Assert.That(Show(0, 0.5, FramePlayer.StandS), Is.EqualTo(1f));
            Show(0, 0.5, 0.01);
            Assert.That(Show(0, 0.5, FramePlayer.RestS), Is.EqualTo(0f));
            Show(0, 0.51, 0.01);
            Assert.That(Show(0, 0.6, 0.1), Is.EqualTo(1f));
        }

        [Test]
        public void WhatIsLeftOfAFinishedUtteranceIsNotShown()
        {
            _player.Add(Block(0, 0, 1f, 1f));
            _player.Add(Block(1, 0, 0.5f, 0.5f));
            _player.Finish(0);
            Assert.That(_player.Waiting, Is.EqualTo(2));
            Assert.That(_player.HasFrames(0, 0), Is.False);
        }

        [Test]
        public void LateFramesAreEasedInto()
        {
            _player.Add(Block(0, 0, 0f, 0f));
            Show(0, 0, 1);
            Show(0, 1, 1);
            _player.Add(Block(0, 30, Constant(1f, 30)));
            Assert.That(Show(0, 1.1, 0.005), Is.LessThan(0.1f));
            Assert.That(Show(0, 1.1, 0.03), Is.EqualTo(0.5f).Within(0.2));
            Assert.That(Show(0, 1.2, 0.1), Is.EqualTo(1f));
        }

        [Test]
        public void TheNextUtteranceWaitsUntilItsClockCalls()
        {
            _player.Add(Block(0, 0, 1f, 1f));
            _player.Add(Block(1, 0, Constant(0.5f, 30)));
            Show(0, 0, 1);
            Assert.That(Show(0, Frame), Is.EqualTo(1f));
            Assert.That(_player.HasFrames(1, 0.5), Is.True);
            Show(1, 0, 0);
            Assert.That(Show(1, 0.2, 0.2), Is.EqualTo(0.5f));
            Assert.That(_player.HasFrames(0, 0), Is.False);
        }

        [Test]
        public void LiveFramesAreShownEvenlyAndGoToRestWhenTheyStop()
        {
            double dueS = 0;
            int next = 0;
            float before = -1, largestStep = 0;
            for (double t = 0; t < 3; t += 0.01)
            {
                // Four frames at once, each 133 ms: a rough network.
                while (t >= dueS && t < 2)
                {
                    _player.Add(Block(0, next, Ramp(next, 4)));
                    next += 4;
                    dueS += 4 * Frame;
                }
                _nowS += 0.01;
                _player.ShowLive(_nowS);
                float shown = _player.Pose.Weights[0];
                if (t > 0.4 && t < 2)
                {
                    largestStep = Math.Max(largestStep, shown - before);
                    Assert.That(shown, Is.GreaterThanOrEqualTo(before - 1e-6f), "never back");
                }
                before = shown;
            }
            Assert.That(largestStep, Is.LessThan(0.01f), "a ramp of 0.3 a second moves 0.003 a tick");
            Assert.That(before, Is.EqualTo(0f));
        }

        [Test]
        public void IdleFramesAreShownWhereNobodySpeaksAndGiveWayToSpeech()
        {
            double t = 0;
            for (int i = 0; i < 60; i++, t += Frame)
            {
                FrameBlock block = Block(0, i, 0.25f);
                block.Idle = true;
                _player.Add(block);
                _nowS += Frame;
                _player.ShowIdle(_nowS);
            }
            Assert.That(_player.Pose.Weights[0], Is.EqualTo(0.25f));
            _player.Add(Block(1, 0, Constant(1f, 30)));
            Show(1, 0, 0.01);
            Assert.That(Show(1, 0.2, 0.2), Is.EqualTo(1f));
        }

        [Test]
        public void ANewStreamCountsFromNought()
        {
            for (int i = 0; i < 20; i++)
            {
                _player.Add(Block(7, i, 1f));
                _nowS += Frame;
                _player.ShowLive(_nowS);
            }
            _player.BeginStream();
            for (int i = 0; i < 20; i++)
            {
                _player.Add(Block(0, i, 0.5f));
                _nowS += Frame;
                _player.ShowLive(_nowS);
            }
            Assert.That(_player.Pose.Weights[0], Is.EqualTo(0.5f));
        }

        [Test]
        public void HeadAndVisemesGoTheSameWay()
        {
            FrameBlock block = Block(0, 0, 1f, 1f);
            block.HasHead = block.HasVisemes = true;
            block.Head = new[] { 10f, -5f, 2f, 20f, -5f, 2f };
            block.Visemes = new float[30];
            block.Visemes[10] = block.Visemes[25] = 1;
            _player.Add(block);
            Show(0, 0, 1);
            Show(0, Frame / 2, 1);
            Assert.That(_player.Pose.HeadYaw, Is.EqualTo(15f).Within(1e-4));
            Assert.That(_player.Pose.HeadPitch, Is.EqualTo(-5f));
            Assert.That(_player.Pose.Visemes[10], Is.EqualTo(1f));
            Assert.That(_player.Pose.Visemes[0], Is.EqualTo(0f));
            Show(0, 1, 1);
            Show(0, 1, 1);
            Assert.That(_player.Pose.HeadYaw, Is.EqualTo(0f));
            Assert.That(_player.Pose.Visemes[0], Is.EqualTo(1f), "sil");
        }

        [Test]
        public void MoreFramesThanExpectedAreKeptUpToABound()
        {
            for (int i = 0; i < 20000; i += 100)
            {
                _player.Add(Block(0, i, Constant(i / 20000f, 100)));
            }
            Assert.That(_player.Waiting, Is.EqualTo(16384));
            Show(0, 14999 * Frame, 1);
            Assert.That(Show(0, 15000 * Frame, 1), Is.EqualTo(0.75f));
        }

        [Test]
        public void ShowingMakesNoGarbage()
        {
            FrameBlock block = Block(0, 0, Constant(0.5f, 4));
            int next = 0;
            double timeS = 0;
            Action tick = () =>
            {
                if (timeS >= (next - 20) * Frame)
                {
                    block.Index = next;
                    block.TimeS = next * Frame;
                    _player.Add(block);
                    next += block.Count;
                }
                timeS += 0.01;
                _nowS += 0.01;
                _player.Show(0, timeS, _nowS);
            };
            tick();
            Assert.That(Garbage.Of(tick, 10000), Is.EqualTo(0));
            Assert.That(Garbage.Of(() => _player.ShowLive(_nowS += 0.01), 1000), Is.EqualTo(0));
        }

        private float Show(int utterance, double timeS, double passedS = 0.2)
        {
            _nowS += passedS;
            _player.Show(utterance, timeS, _nowS);
            return _player.Pose.Weights[0];
        }

        private static FrameBlock Block(int utterance, int index, params float[] values)
        {
            var block = new FrameBlock
            {
                Utterance = utterance,
                Index = index,
                Count = values.Length,
                TimeS = index * Frame,
                Fps = new FrameRate(30, 1),
                Weights = new float[values.Length * Arkit.Count],
            };
            for (int i = 0; i < block.Weights.Length; i++)
            {
                block.Weights[i] = values[i / Arkit.Count];
            }
            return block;
        }

        private static float[] Constant(float value, int count)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = value;
            }
            return values;
        }

        private static float[] Ramp(int first, int count)
        {
            var values = new float[count];
            for (int i = 0; i < count; i++)
            {
                values[i] = (first + i) * 0.01f;
            }
            return values;
        }
    }

    [TestFixture]
    public sealed class ClockTests
    {
        [Test]
        public void AClockOfStepsIsFollowedEvenly()
        {
            var clock = new SmoothClock();
            double before = clock.Follow(0, 0), largest = 0, worst = 0;
            for (int i = 1; i < 600; i++)
            {
                double nowS = i / 120.0;
                double measuredS = Math.Floor(nowS * 47) / 47;
                double shown = clock.Follow(measuredS, nowS);
                Assert.That(shown, Is.GreaterThanOrEqualTo(before));
                largest = Math.Max(largest, shown - before);
                worst = i > 240 ? Math.Max(worst, Math.Abs(shown - nowS)) : worst;
                before = shown;
            }
            Assert.That(largest, Is.LessThan(1.6 / 120), "steps of the sound are 21 ms");
            Assert.That(worst, Is.LessThan(0.025));
        }

        [Test]
        public void AJumpIsFollowedAtOnce()
        {
            var clock = new SmoothClock();
            clock.Follow(5, 0);
            Assert.That(clock.Follow(1, 0.01), Is.EqualTo(1));
            Assert.That(clock.Follow(9, 0.02), Is.EqualTo(9));
        }

        [Test]
        public void ASoundThatStandsIsNotRunAwayFrom()
        {
            var clock = new SmoothClock();
            double shown = 0;
            for (int i = 0; i < 200; i++)
            {
                double next = clock.Follow(1, i / 60.0);
                Assert.That(next, Is.GreaterThanOrEqualTo(shown), "never back and forth");
                shown = next;
            }
            Assert.That(shown, Is.EqualTo(1).Within(0.1));
            Assert.That(clock.Follow(1, 4), Is.EqualTo(shown));
            for (int i = 0; i < 120; i++)
            {
                shown = clock.Follow(1 + i / 60.0, 4 + i / 60.0);
            }
            Assert.That(shown, Is.EqualTo(1 + 119 / 60.0).Within(0.01));
        }
    }
}

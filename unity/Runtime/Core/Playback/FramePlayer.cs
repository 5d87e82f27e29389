// Frames to a moving face, by a clock that is given: never a jump, never a shape that stays.
using System;

namespace A2FLive
{
    /// <summary>
    /// Keeps the frames that came and shows the one that is due, between two frames a mix of both. Where nothing is due,
    /// because frames are late, the speech has ended or was interrupted, or the connection is gone, it holds for a
    /// moment and then eases to rest. It has no clock and no thread and makes no garbage while it shows.
    /// </summary>
    public sealed class FramePlayer
    {
        /// <summary>Seconds that the last frame stays while the next one is late.</summary>
        public const double HoldS = 0.1;
        /// <summary>Seconds of the ease to rest.</summary>
        public const double RestS = 0.2;
        /// <summary>Seconds of the ease into frames.</summary>
        public const double BeginS = 0.06;

        /// <summary>Seconds that a clock may stand, as when speech is paused, before the face goes to rest.</summary>
        public const double StandS = 0.25;

        private const int MostFrames = 16384;

        private enum Source
        {
            Rest,
            Speech,
            Idle,
        }

        private readonly FrameRing _speech = new FrameRing(1024, MostFrames);
        private readonly FrameRing _idle = new FrameRing(128, 1024);
        private readonly LiveClock _live;
        private readonly LiveClock _idleClock;
        private readonly float[] _target = new float[FrameRing.Width];
        private readonly float[] _shown = new float[FrameRing.Width];
        private readonly float[] _from = new float[FrameRing.Width];
        private Source _source = Source.Rest;
        private int _shownUtterance = -1;
        private double _easeFromS;
        private double _easeS;
        private int _clockUtterance = -1;
        private double _clockS;
        private double _clockMovedS;

        /// <summary>A player; shown live, it stays so many seconds behind the newest frame.</summary>
        public FramePlayer(double liveDelayS = 0.05)
        {
            _live = new LiveClock(liveDelayS);
            _idleClock = new LiveClock(liveDelayS);
            _shown[FrameRing.Visemes] = 1;
            Pose.Take(_shown);
        }

        /// <summary>The face of the moment.</summary>
        public FacePose Pose { get; } = new FacePose();

        /// <summary>Whether frames are shown now; false while the face rests or goes there.</summary>
        public bool IsMoving
        {
            get { return _source != Source.Rest; }
        }

        /// <summary>Frames that came and were not shown yet.</summary>
        public int Waiting
        {
            get { return _speech.Count; }
        }

        /// <summary>Frames have come. Those of an utterance that was interrupted, and the server's own ease to rest, are not shown.</summary>
        public void Add(FrameBlock block)
        {
            if (block.Idle)
            {
                _idle.Add(block);
            }
            else if (!block.Withdrawn && !block.Final)
            {
                _speech.Add(block);
            }
        }

        /// <summary>Whether a frame of an utterance has come that is due at a time or later.</summary>
        public bool HasFrames(int utterance, double fromS)
        {
            int last = _speech.LastOf(utterance);
            return last >= 0 && _speech.TimeS(last) >= fromS;
        }

        /// <summary>Barge-in: forget all frames and ease to rest, at once.</summary>
        public void Interrupt()
        {
            _speech.Clear();
            _idle.Clear();
        }

        /// <summary>A new stream: its utterances count from 0 again. The face eases to rest until its frames come.</summary>
        public void BeginStream()
        {
            Interrupt();
            _live.Reset();
            _idleClock.Reset();
        }

        /// <summary>Utterances count from another number since a resume.</summary>
        public void Renumber(int by)
        {
            _live.Renumber(by);
        }

        /// <summary>Show what is due when a moment of an utterance's audio is heard. `nowS` is any clock that never goes back.</summary>
        public void Show(int utterance, double timeS, double nowS)
        {
            DropUntil(_speech, utterance, timeS);
            if (!Stands(utterance, timeS, nowS) && Find(_speech, utterance, timeS))
            {
                Ease(Source.Speech, utterance, nowS);
            }
            else
            {
                ShowIdle(nowS);
            }
        }

        /// <summary>Show frames as they come, where there is no sound to go by.</summary>
        public void ShowLive(double nowS)
        {
            if (_speech.Count > 0)
            {
                FollowLive(nowS);
            }
            Show(_live.Utterance, _live.TimeS, nowS);
        }

        /// <summary>Show a face that does not speak: at rest, or alive where the server sends frames between utterances.</summary>
        public void ShowIdle(double nowS)
        {
            FollowIdle(nowS);
            DropUntil(_idle, _idleClock.Utterance, _idleClock.TimeS);
            bool alive = Find(_idle, _idleClock.Utterance, _idleClock.TimeS);
            if (!alive)
            {
                Array.Clear(_target, 0, _target.Length);
                _target[FrameRing.Visemes] = 1;
            }
            Ease(alive ? Source.Idle : Source.Rest, -1, nowS);
        }

        /// <summary>The sound of an utterance, and of those before it, is over: what is left of their frames is not shown.</summary>
        public void Finish(int utterance)
        {
            while (_speech.Count > 0 && _speech.Utterance(0) <= utterance)
            {
                _speech.DropFirst();
            }
        }

        // Which frame is due

        /// <summary>Whether the clock has stood for so long that a shape would seem frozen.</summary>
        private bool Stands(int utterance, double timeS, double nowS)
        {
            if (utterance != _clockUtterance || timeS != _clockS)
            {
                _clockUtterance = utterance;
                _clockS = timeS;
                _clockMovedS = nowS;
            }
            return nowS - _clockMovedS > StandS;
        }

        private void FollowLive(double nowS)
        {
            int utterance = _speech.Utterance(0);
            int last = _speech.LastOf(utterance);
            double newestS = _speech.TimeS(last);
            bool another = last < _speech.Count - 1;
            if (utterance > _live.Utterance)
            {
                _live.Begin(utterance, _speech.TimeS(0), nowS);
            }
            else if (utterance == _live.Utterance)
            {
                _live.Advance(newestS, nowS);
            }
            if (another && _live.TimeS >= newestS)
            {
                // All of this utterance was shown and the next one is there.
                _live.Begin(_speech.Utterance(last + 1), _speech.TimeS(last + 1), nowS);
            }
        }

        private void FollowIdle(double nowS)
        {
            if (_idle.Count == 0)
            {
                return;
            }
            int newest = _idle.Count - 1;
            int utterance = _idle.Utterance(newest);
            bool again = _idle.TimeS(newest) < _idleClock.TimeS - 1;
            if (utterance != _idleClock.Utterance || again)
            {
                _idleClock.Begin(utterance, _idle.TimeS(newest), nowS);
            }
            else
            {
                _idleClock.Advance(_idle.TimeS(newest), nowS);
            }
        }

        /// <summary>Forget what is over: all but the frame that is due and those after it.</summary>
        private static void DropUntil(FrameRing ring, int utterance, double timeS)
        {
            while (ring.Count > 0 && IsOver(ring, utterance, timeS))
            {
                ring.DropFirst();
            }
        }

        private static bool IsOver(FrameRing ring, int utterance, double timeS)
        {
            if (ring.Utterance(0) != utterance)
            {
                return ring.Utterance(0) < utterance;
            }
            return ring.Count > 1
                ? ring.Utterance(1) == utterance && ring.TimeS(1) <= timeS
                : timeS > ring.TimeS(0) + ring.PeriodS(0) + HoldS;
        }

        /// <summary>The face that is due, in `_target`; false if none is.</summary>
        private bool Find(FrameRing ring, int utterance, double timeS)
        {
            if (ring.Count == 0 || ring.Utterance(0) != utterance || timeS < ring.TimeS(0))
            {
                return false;
            }
            bool hasNext = ring.Count > 1 && ring.Utterance(1) == utterance;
            if (!hasNext)
            {
                ring.Mix(0, 0, 0, _target);
                return timeS <= ring.TimeS(0) + ring.PeriodS(0) + HoldS;
            }
            double spanS = ring.TimeS(1) - ring.TimeS(0);
            ring.Mix(0, 1, spanS > 0 ? (timeS - ring.TimeS(0)) / spanS : 1, _target);
            return true;
        }

        // From what was shown to what is due

        private void Ease(Source source, int utterance, double nowS)
        {
            if (source != _source || utterance != _shownUtterance)
            {
                Array.Copy(_shown, _from, _shown.Length);
                _easeFromS = nowS;
                _easeS = source == Source.Speech ? BeginS : RestS;
                _source = source;
                _shownUtterance = utterance;
            }
            double share = (nowS - _easeFromS) / _easeS;
            if (share >= 1)
            {
                Array.Copy(_target, _shown, _shown.Length);
            }
            else
            {
                float smooth = (float)(share * share * (3 - 2 * share));
                for (int i = 0; i < _shown.Length; i++)
                {
                    _shown[i] = _from[i] + (_target[i] - _from[i]) * smooth;
                }
            }
            Pose.Take(_shown);
        }
    }
}

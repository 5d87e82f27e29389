// A clock for frames that are shown as they come, with no sound to go by: a microphone's, or idle ones.
using System;

namespace A2FLive
{
    /// <summary>
    /// Runs a little behind the newest frame, so that frames that come in bursts are shown evenly. Where it falls behind
    /// it runs a little faster, where it is early a little slower; it jumps only after a gap.
    /// </summary>
    public sealed class LiveClock
    {
        private const double SnapS = 0.4;
        private const double Gain = 2;
        private const double MostChange = 0.3;

        private readonly double _delayS;
        private double _atS;

        /// <summary>A clock that stays so many seconds behind the newest frame.</summary>
        public LiveClock(double delayS = 0.05)
        {
            _delayS = delayS;
        }

        /// <summary>Utterance that the clock is in; -1 before the first.</summary>
        public int Utterance { get; private set; } = -1;

        /// <summary>Seconds of the utterance's audio.</summary>
        public double TimeS { get; private set; }

        /// <summary>Begin an utterance, whose newest frame is due at a time.</summary>
        public void Begin(int utterance, double newestS, double nowS)
        {
            Utterance = utterance;
            TimeS = newestS - _delayS;
            _atS = nowS;
        }

        /// <summary>Go on to the time of now, towards the newest frame that has come.</summary>
        public void Advance(double newestS, double nowS)
        {
            double passedS = Math.Max(0, nowS - _atS);
            _atS = nowS;
            double lagS = newestS - TimeS - passedS - _delayS;
            if (Math.Abs(lagS) > SnapS)
            {
                TimeS = newestS - _delayS;
                return;
            }
            TimeS += passedS * (1 + Math.Max(-MostChange, Math.Min(MostChange, Gain * lagS)));
        }

        /// <summary>Back to before the first utterance.</summary>
        public void Reset()
        {
            Utterance = -1;
            TimeS = 0;
        }

        /// <summary>Utterances count from another number since a resume.</summary>
        public void Renumber(int by)
        {
            Utterance += by;
        }
    }
}

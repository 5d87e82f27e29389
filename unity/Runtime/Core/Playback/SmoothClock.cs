// An even clock from one that goes in steps, as the position of a sound does.
using System;

namespace A2FLive
{
    /// <summary>Follows what was measured, evenly: between measurements it runs by itself, and small errors are taken in slowly.</summary>
    public sealed class SmoothClock
    {
        private const double SnapS = 0.15;
        private const double StandS = 0.1;
        private const double Gain = 4;

        private double _atS = double.NaN;
        private double _measuredS;
        private double _changedS;

        /// <summary>Seconds, as last followed.</summary>
        public double TimeS { get; private set; }

        /// <summary>Begin anew with the next measurement.</summary>
        public void Reset()
        {
            _atS = double.NaN;
            TimeS = 0;
        }

        /// <summary>What the clock shows now, given the position that was measured now. It never goes back by small steps.</summary>
        public double Follow(double measuredS, double nowS)
        {
            if (double.IsNaN(_atS))
            {
                _atS = nowS;
                _measuredS = measuredS;
                _changedS = nowS;
                return TimeS = measuredS;
            }
            double passedS = Math.Max(0, nowS - _atS);
            _atS = nowS;
            if (measuredS != _measuredS)
            {
                _measuredS = measuredS;
                _changedS = nowS;
            }
            if (nowS - _changedS > StandS)
            {
                // The sound stands still, and so does the clock, until it is caught up with.
                passedS = 0;
            }
            double errorS = measuredS - (TimeS + passedS);
            if (Math.Abs(errorS) > SnapS)
            {
                return TimeS = measuredS;
            }
            return TimeS = Math.Max(TimeS, TimeS + passedS + errorS * Math.Min(1, Gain * passedS));
        }
    }
}

// How fast live audio may be sent, and how soon a lost connection may be tried again.
using System;

namespace A2FLive
{
    /// <summary>Live audio that may go out now: a burst, then so many times real time. Times are given, never read.</summary>
    internal sealed class Allowance
    {
        /// <summary>Of the limits of a server: what is on its way counts there later than here.</summary>
        private const double Share = 0.8;

        private readonly double _burstS;
        private readonly double _rate;
        private double _leftS;
        private double _atS;

        public Allowance(double burstS, double rate, double nowS)
        {
            _burstS = _leftS = burstS * Share;
            _rate = rate * Share;
            _atS = nowS;
        }

        /// <summary>Whether so many seconds of audio may be sent now.</summary>
        public bool May(double seconds, double nowS)
        {
            _leftS = Math.Min(_burstS, _leftS + (nowS - _atS) * _rate);
            _atS = nowS;
            return Math.Min(seconds, _burstS) <= _leftS;
        }

        public void Spend(double seconds)
        {
            _leftS -= seconds;
        }
    }

    /// <summary>
    /// Delays between attempts: none, then doubling with jitter, until patience ends. Connections that break as soon as
    /// they are made do not exhaust it, but they do not make the delays short again either.
    /// </summary>
    public sealed class Backoff
    {
        private const double FirstS = 0.2;
        private const double LongestS = 4;

        private readonly Random _random;
        private int _attempt;
        private double _sinceS = double.NaN;

        /// <summary>Delays whose jitter comes from a seed.</summary>
        public Backoff(int seed)
        {
            _random = new Random(seed);
        }

        /// <summary>How long to wait before the next attempt; negative once patience has ended.</summary>
        public double DelayS(double nowS, double patienceS)
        {
            if (double.IsNaN(_sinceS))
            {
                _sinceS = nowS;
            }
            double leftS = _sinceS + patienceS - nowS;
            if (leftS <= 0)
            {
                return -1;
            }
            if (_attempt++ == 0)
            {
                return 0;
            }
            double delayS = Math.Min(LongestS, FirstS * Math.Pow(2, _attempt - 2)) * (0.5 + 0.5 * _random.NextDouble());
            return Math.Min(delayS, leftS);
        }

        /// <summary>There is a connection, for how long none can say: patience begins anew with its loss.</summary>
        public void Connected()
        {
            _sinceS = double.NaN;
        }

        /// <summary>The connection held: the next attempt after it is made at once.</summary>
        public void Reset()
        {
            _attempt = 0;
            _sinceS = double.NaN;
        }
    }
}

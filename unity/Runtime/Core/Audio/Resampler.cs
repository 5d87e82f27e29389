// Sound at one rate to another, piece by piece; any way of cutting it gives the same samples.
using System;

namespace A2FLive
{
    /// <summary>
    /// Mono samples from any rate to any other, through a windowed sinc (Hann, 16 zero crossings, cut off below half the
    /// lower rate). Sample k of the result is the sound at k / rate, so nothing is shifted; a sample comes out once the
    /// sound 8 crossings after it is there. See J. O. Smith, "Digital Audio Resampling".
    /// </summary>
    public sealed class Resampler
    {
        private const int Crossings = 8;
        private const int TableSteps = 512;
        private const double CutOff = 0.94;

        private readonly int _from;
        private readonly int _to;
        private readonly double _scale;
        private readonly int _reach;
        private readonly float[] _table;
        private float[] _held;
        private int _count;
        private long _firstHeld;
        private long _next;

        /// <summary>From a rate to another, both in hertz.</summary>
        public Resampler(int from, int to)
        {
            _from = from;
            _to = to;
            _scale = CutOff * Math.Min(1.0, (double)to / from);
            _reach = (int)Math.Ceiling(Crossings / _scale) + 1;
            _table = Kernel();
            _held = new float[4 * _reach + 4096];
            Reset();
        }

        /// <summary>Begin a new sound.</summary>
        public void Reset()
        {
            Array.Clear(_held, 0, _held.Length);
            _count = _reach;
            _firstHeld = -_reach;
            _next = 0;
        }

        /// <summary>Take samples in; gives how many samples now stand in `result`, which grows as needed.</summary>
        public int Push(float[] samples, int start, int count, ref float[] result)
        {
            if (_from == _to)
            {
                result = Roomy(result, count);
                Array.Copy(samples, start, result, 0, count);
                return count;
            }
            Hold(samples, start, count);
            return Drain(_firstHeld + _count - _reach, ref result);
        }

        /// <summary>The rest: the sound is over, and silence follows. The next `Push` begins a new one.</summary>
        public int Finish(ref float[] result)
        {
            if (_from == _to)
            {
                return 0;
            }
            long end = _firstHeld + _count;
            var silence = new float[_reach];
            Hold(silence, 0, silence.Length);
            int made = Drain(end, ref result);
            Reset();
            return made;
        }

        private int Drain(long end, ref float[] result)
        {
            int made = 0;
            for (long place = _next * _from; place < end * _to; place = _next * _from)
            {
                result = Roomy(result, made + 1, made);
                result[made++] = At(place);
                _next++;
            }
            Drop(_next * _from / _to - _reach);
            return made;
        }

        /// <summary>The sound at `place / to` samples.</summary>
        private float At(long place)
        {
            long centre = place / _to;
            double fraction = (double)(place % _to) / _to;
            double sum = 0;
            for (int i = 1 - _reach; i <= _reach; i++)
            {
                long at = centre + i - _firstHeld;
                if (at >= 0 && at < _count)
                {
                    sum += _held[at] * Weight(Math.Abs(i - fraction) * _scale);
                }
            }
            return (float)(sum * _scale);
        }

        private double Weight(double crossings)
        {
            double step = crossings * TableSteps;
            int at = (int)step;
            if (at >= Crossings * TableSteps)
            {
                return 0;
            }
            return _table[at] + (_table[at + 1] - _table[at]) * (step - at);
        }

        private static float[] Kernel()
        {
            var table = new float[Crossings * TableSteps + 2];
            table[0] = 1;
            for (int i = 1; i < Crossings * TableSteps; i++)
            {
                double x = Math.PI * i / TableSteps;
                table[i] = (float)(Math.Sin(x) / x * (0.5 + 0.5 * Math.Cos(x / Crossings)));
            }
            return table;
        }

        private void Hold(float[] samples, int start, int count)
        {
            if (_count + count > _held.Length)
            {
                Array.Resize(ref _held, Math.Max(2 * _held.Length, _count + count));
            }
            Array.Copy(samples, start, _held, _count, count);
            _count += count;
        }

        private void Drop(long before)
        {
            int drop = (int)Math.Max(0, Math.Min(_count, before - _firstHeld));
            Array.Copy(_held, drop, _held, 0, _count - drop);
            _count -= drop;
            _firstHeld += drop;
        }

        private static float[] Roomy(float[] numbers, int count, int kept = 0)
        {
            if (numbers != null && numbers.Length >= count)
            {
                return numbers;
            }
            var larger = new float[Math.Max(count, 2 * (numbers == null ? 256 : numbers.Length))];
            if (kept > 0)
            {
                Array.Copy(numbers, larger, kept);
            }
            return larger;
        }
    }
}

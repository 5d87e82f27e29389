// Speech that comes in pieces and is heard evenly: written by one thread, played by the audio thread.
using System;
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>
    /// Mono samples at the rate of the sound output, with the utterances that they belong to. `Read` is for the audio
    /// thread: it never waits long and makes no garbage. Where nothing is there it plays silence, and the clock stands.
    /// </summary>
    public sealed class SpeechBuffer
    {
        private struct Part
        {
            public int Utterance;
            public long Start;
            public double OffsetS;
        }

        private readonly object _lock = new object();
        private readonly List<Part> _parts = new List<Part>();
        private readonly int _rate;
        private float[] _samples;
        private long _written;
        private long _played;

        /// <summary>At the rate of the sound output, with room for so many seconds; it grows where more is written.</summary>
        public SpeechBuffer(int rate, double seconds = 10)
        {
            _rate = rate;
            _samples = new float[(int)(rate * seconds)];
        }

        /// <summary>Samples that wait to be played.</summary>
        public int Waiting
        {
            get
            {
                lock (_lock)
                {
                    return (int)(_written - _played);
                }
            }
        }

        /// <summary>What is written from now on belongs to an utterance, from so many seconds of it on.</summary>
        public void Begin(int utterance, double offsetS = 0)
        {
            lock (_lock)
            {
                _parts.Add(new Part { Utterance = utterance, Start = _written, OffsetS = offsetS });
            }
        }

        /// <summary>Add samples.</summary>
        public void Write(float[] samples, int count)
        {
            lock (_lock)
            {
                Reserve(count);
                for (int i = 0; i < count; i++)
                {
                    _samples[(_written + i) % _samples.Length] = samples[i];
                }
                _written += count;
            }
        }

        /// <summary>Add what is to be heard next to interleaved samples of an output. Gives how many of each channel were there.</summary>
        public int Read(float[] output, int channels)
        {
            lock (_lock)
            {
                int count = (int)Math.Min(output.Length / channels, _written - _played);
                for (int i = 0; i < count; i++)
                {
                    float sample = _samples[(_played + i) % _samples.Length];
                    for (int c = 0; c < channels; c++)
                    {
                        output[i * channels + c] += sample;
                    }
                }
                _played += count;
                return count;
            }
        }

        /// <summary>Forget everything at once.</summary>
        public void Clear()
        {
            lock (_lock)
            {
                _played = _written;
                _parts.Clear();
            }
        }

        /// <summary>Utterances count from another number since a resume.</summary>
        public void Renumber(int by)
        {
            lock (_lock)
            {
                for (int i = 0; i < _parts.Count; i++)
                {
                    Part part = _parts[i];
                    part.Utterance += by;
                    _parts[i] = part;
                }
            }
        }

        /// <summary>
        /// What is heard, when so many seconds of output have been read and not been heard yet: the utterance and the
        /// seconds of it. False if no utterance has begun.
        /// </summary>
        public bool Position(double latencyS, out int utterance, out double timeS)
        {
            lock (_lock)
            {
                double heard = _played - latencyS * _rate;
                while (_parts.Count > 1 && _parts[1].Start <= heard)
                {
                    _parts.RemoveAt(0);
                }
                bool any = _parts.Count > 0;
                Part part = any ? _parts[0] : default(Part);
                utterance = part.Utterance;
                timeS = part.OffsetS + (heard - part.Start) / _rate;
                return any;
            }
        }

        private void Reserve(int count)
        {
            long needed = _written - _played + count;
            if (needed <= _samples.Length)
            {
                return;
            }
            var larger = new float[Math.Max(needed, 2L * _samples.Length)];
            for (long at = _played; at < _written; at++)
            {
                larger[at % larger.Length] = _samples[at % _samples.Length];
            }
            _samples = larger;
        }
    }
}

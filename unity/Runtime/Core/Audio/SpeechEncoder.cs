// Samples as Unity has them, to PCM as a stream sends it.
using System;

namespace A2FLive
{
    /// <summary>
    /// Interleaved floats of any rate and number of channels to 16-bit mono PCM of one rate. Samples that came from
    /// 16-bit audio of that rate give exactly those integers again.
    /// </summary>
    public sealed class SpeechEncoder
    {
        private readonly int _rate;
        private Resampler _resampler;
        private int _from;
        private float[] _mono = new float[0];
        private float[] _resampled = new float[0];

        /// <summary>To a rate, in hertz.</summary>
        public SpeechEncoder(int rate)
        {
            _rate = rate;
        }

        /// <summary>The PCM of the last call: its first bytes, as many as the call gave.</summary>
        public byte[] Pcm { get; private set; } = new byte[0];

        /// <summary>Encode samples, `frames` of every channel. Gives how many bytes of `Pcm` they are.</summary>
        public int Encode(float[] samples, int frames, int channels, int rate)
        {
            MixDown(samples, frames, channels);
            if (_resampler == null || _from != rate)
            {
                _resampler = new Resampler(rate, _rate);
                _from = rate;
            }
            return Write(_resampler.Push(_mono, 0, frames, ref _resampled));
        }

        /// <summary>What is left of the utterance.</summary>
        public int Finish()
        {
            return _resampler == null ? 0 : Write(_resampler.Finish(ref _resampled));
        }

        /// <summary>Forget what is left of an utterance that was interrupted.</summary>
        public void Reset()
        {
            _resampler?.Reset();
        }

        private void MixDown(float[] samples, int frames, int channels)
        {
            if (_mono.Length < frames)
            {
                _mono = new float[frames];
            }
            for (int i = 0; i < frames; i++)
            {
                float sum = 0;
                for (int c = 0; c < channels; c++)
                {
                    sum += samples[i * channels + c];
                }
                _mono[i] = sum / channels;
            }
        }

        private int Write(int count)
        {
            if (Pcm.Length < 2 * count)
            {
                Pcm = new byte[2 * count];
            }
            for (int i = 0; i < count; i++)
            {
                int sample = (int)Math.Round(Math.Max(-32768.0, Math.Min(32767.0, _resampled[i] * 32768.0)));
                Pcm[2 * i] = (byte)sample;
                Pcm[2 * i + 1] = (byte)(sample >> 8);
            }
            return 2 * count;
        }
    }
}

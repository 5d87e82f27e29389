// Speech that comes in pieces, as from a text-to-speech service: sent, buffered, played, shown.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace A2FLive
{
    /// <summary>
    /// Every piece goes to the server and, at the rate of the sound output, into a buffer that the audio thread plays from.
    /// What the audio thread has played is the clock, so rates cannot disagree and gaps cannot shift the face.
    /// </summary>
    internal sealed class StreamedSpeech : ISpeech
    {
        private const int LargestPiece = 4096;

        private readonly AvatarDriver _driver;
        private readonly AudioSource _source;
        private readonly Queue<float[]> _unsent = new Queue<float[]>();
        private readonly double _latencyS;
        private readonly SoundStart _start;
        private readonly SpeechBuffer _buffer;
        private readonly Resampler _resampler;
        private readonly int _rate;
        private readonly int _channels;
        private readonly SmoothClock _clock = new SmoothClock();
        private float[] _mono = new float[LargestPiece];
        private float[] _heard = new float[LargestPiece];
        private int _utterance;
        private double _writtenS;
        private bool _ended;
        private bool _flushed;
        private volatile bool _plays;
        private double _doneS = double.NaN;
        private double _lastS;

        public StreamedSpeech(
            AvatarDriver driver, AudioSource source, int rate, int channels, int outputRate, double latencyS, SoundStart start)
        {
            _driver = driver;
            _source = source;
            _rate = rate;
            _channels = channels;
            _latencyS = latencyS;
            _start = start;
            _buffer = new SpeechBuffer(outputRate);
            _resampler = new Resampler(rate, outputRate);
            BeginStream();
            _driver.HoldPlayback();
            Resound();
        }

        /// <summary>Whether more may come.</summary>
        public bool IsOpen
        {
            get { return !_ended; }
        }

        /// <summary>Add interleaved samples, as many as an array has from a place on.</summary>
        public void Push(float[] samples, int start, int count)
        {
            int step = LargestPiece * _channels;
            for (int end = start + count; start < end; start += step)
            {
                PushPiece(samples, start, Math.Min(step, end - start) / _channels);
            }
        }

        /// <summary>Nothing more will come.</summary>
        public void End()
        {
            if (!_ended)
            {
                _ended = true;
                SendKept();
                Play(_resampler.Finish(ref _heard));
            }
        }

        /// <summary>For the audio thread: add what is to be heard.</summary>
        public void Read(float[] output, int channels)
        {
            if (_plays)
            {
                _buffer.Read(output, channels);
            }
        }

        public bool Update(double nowS)
        {
            SendKept();
            _plays |= _start.May(_utterance, _writtenS, _ended, nowS);
            if (!_plays)
            {
                return true;
            }
            if (_ended && _buffer.Waiting == 0)
            {
                return Finish(nowS);
            }
            if (_buffer.Position(_latencyS, out _utterance, out double timeS))
            {
                _lastS = _clock.Follow(timeS, nowS);
                _driver.SetPlayback(_utterance, _lastS);
            }
            return true;
        }

        public void Stop()
        {
            _buffer.Clear();
            _driver.EndPlayback(_utterance);
        }

        public void Resound()
        {
            _source.clip = null;
            _source.Play();
        }

        public void BeginStream()
        {
            _unsent.Clear();
            _utterance = _driver.Utterance;
            _buffer.Begin(_utterance);
        }

        public void Renumber(int by)
        {
            _utterance += by;
            _buffer.Renumber(by);
        }

        private void PushPiece(float[] samples, int start, int frames)
        {
            for (int i = 0; i < frames; i++)
            {
                float sum = 0;
                for (int c = 0; c < _channels; c++)
                {
                    sum += samples[start + i * _channels + c];
                }
                _mono[i] = sum / _channels;
            }
            Send(frames);
            Play(_resampler.Push(_mono, 0, frames, ref _heard));
            _writtenS += (double)frames / _rate;
        }

        /// <summary>What the client has no room for is kept here: text-to-speech may be minutes ahead.</summary>
        private void Send(int frames)
        {
            if (_unsent.Count == 0 && _driver.HasRoom)
            {
                _driver.SendSamples(_mono, frames, 1, _rate);
                return;
            }
            var kept = new float[frames];
            Array.Copy(_mono, kept, frames);
            _unsent.Enqueue(kept);
        }

        /// <summary>Send what has been kept, as far as there is room, and at the end of it say so.</summary>
        private void SendKept()
        {
            while (_unsent.Count > 0 && _driver.HasRoom)
            {
                float[] kept = _unsent.Dequeue();
                _driver.SendSamples(kept, kept.Length, 1, _rate);
            }
            if (_ended && !_flushed && _unsent.Count == 0)
            {
                _flushed = true;
                _driver.Flush();
            }
        }

        /// <summary>Let the first samples of `_heard`, which may be another array since, be played.</summary>
        private void Play(int count)
        {
            _buffer.Write(_heard, count);
        }

        /// <summary>The last samples are on their way to the ear: the clock runs on until the face has come to rest.</summary>
        private bool Finish(double nowS)
        {
            if (double.IsNaN(_doneS))
            {
                _doneS = nowS;
            }
            double overS = nowS - _doneS;
            _driver.SetPlayback(_utterance, _lastS + overS);
            if (overS < _latencyS + FramePlayer.HoldS + FramePlayer.RestS + 0.1)
            {
                return true;
            }
            _driver.EndPlayback(_utterance);
            return false;
        }
    }
}

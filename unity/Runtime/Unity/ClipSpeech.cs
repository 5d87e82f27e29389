// A clip that is spoken: sent ahead, played by its AudioSource, shown by where the AudioSource is.
using System;
using UnityEngine;

namespace A2FLive
{
    /// <summary>Sends the samples of a clip as fast as the server takes them; `timeSamples` of the source is the clock.</summary>
    internal sealed class ClipSpeech : ISpeech
    {
        private const int BlockFrames = 4096;
        private const double AheadS = 1;
        /// <summary>Frames of more than this ahead of what is heard would fill the player.</summary>
        private const double MostAheadS = 30;

        private readonly AvatarDriver _driver;
        private readonly AudioSource _source;
        private readonly AudioClip _clip;
        private readonly double _latencyS;
        private readonly SoundStart _start;
        private readonly SmoothClock _clock = new SmoothClock();
        private float[] _block;
        private int _utterance;
        private double _originS;
        private int _sent;
        private int _heard;
        private bool _flushed;
        private bool _plays;
        private double _endedS = double.NaN;

        public ClipSpeech(AvatarDriver driver, AudioSource source, AudioClip clip, double latencyS, SoundStart start)
        {
            _driver = driver;
            _source = source;
            _clip = clip;
            _latencyS = latencyS;
            _start = start;
            _utterance = driver.Utterance;
            _driver.HoldPlayback();
        }

        public bool Update(double nowS)
        {
            Send();
            if (!_plays)
            {
                Begin(nowS);
                return true;
            }
            if (double.IsNaN(_endedS) && IsOver)
            {
                _endedS = nowS;
            }
            if (!double.IsNaN(_endedS))
            {
                return Finish(nowS);
            }
            if (_source.isPlaying)
            {
                _heard = _source.timeSamples;
                double heardS = (double)_heard / _clip.frequency;
                _driver.SetPlayback(_utterance, _clock.Follow(heardS, nowS) - _latencyS - _originS);
            }
            else
            {
                _driver.HoldPlayback();
            }
            return true;
        }

        public void Stop()
        {
            _source.Stop();
            _driver.EndPlayback(_utterance);
        }

        public void Resound()
        {
            if (_plays && double.IsNaN(_endedS))
            {
                Play(_heard);
            }
        }

        public void BeginStream()
        {
            // Frames of what was sent ahead are lost with the old stream: go on from what is heard now.
            _sent = _plays ? Math.Min(_sent, _source.timeSamples) : 0;
            _flushed = !double.IsNaN(_endedS);
            _utterance = _driver.Utterance;
            _originS = (double)_sent / _clip.frequency;
        }

        public void Renumber(int by)
        {
            _utterance += by;
        }

        /// <summary>A source that was paused stands within the clip; one that is through stands at its start.</summary>
        private bool IsOver
        {
            get { return !_source.isPlaying && (_source.timeSamples == 0 || _source.timeSamples >= _clip.samples); }
        }

        private void Begin(double nowS)
        {
            double sentS = (double)_sent / _clip.frequency - _originS;
            if (_start.May(_utterance, sentS, _flushed, nowS))
            {
                _plays = true;
                Play(0);
            }
        }

        private void Play(int from)
        {
            _source.clip = _clip;
            _source.loop = false;
            _source.timeSamples = from;
            _source.Play();
        }

        /// <summary>The clock runs on until the face has come to rest.</summary>
        private bool Finish(double nowS)
        {
            double overS = nowS - _endedS;
            double lengthS = (double)_clip.samples / _clip.frequency;
            _driver.SetPlayback(_utterance, lengthS + overS - _latencyS - _originS);
            if (overS < _latencyS + FramePlayer.HoldS + FramePlayer.RestS + 0.1)
            {
                return true;
            }
            _driver.EndPlayback(_utterance);
            return false;
        }

        private void Send()
        {
            while (!_flushed && IsLoaded() && _driver.WaitingS < AheadS && _driver.HasRoom && _sent - _heard < MostAheadS * _clip.frequency)
            {
                int frames = Math.Min(BlockFrames, _clip.samples - _sent);
                if (frames == 0)
                {
                    Flush();
                    return;
                }
                if (_block == null || _block.Length != frames * _clip.channels)
                {
                    _block = new float[frames * _clip.channels];
                }
                if (!_clip.GetData(_block, _sent))
                {
                    Debug.LogWarning($"a2f-live: {_clip.name} cannot be read: set its Load Type to Decompress On Load", _source);
                    Flush();
                    return;
                }
                if (!_driver.SendSamples(_block, frames, _clip.channels, _clip.frequency))
                {
                    return;
                }
                _sent += frames;
            }
        }

        /// <summary>A clip that is not preloaded is loaded now, and sent once it is there.</summary>
        private bool IsLoaded()
        {
            if (_clip.loadState == AudioDataLoadState.Unloaded)
            {
                _clip.LoadAudioData();
            }
            else if (_clip.loadState == AudioDataLoadState.Failed)
            {
                Debug.LogWarning($"a2f-live: {_clip.name} could not be loaded", _source);
                Flush();
            }
            return _clip.loadState == AudioDataLoadState.Loaded;
        }

        private void Flush()
        {
            _driver.Flush();
            _flushed = true;
        }
    }
}

// One microphone, as Unity gives it: a ring of sound that it writes and we read.
using System;
using UnityEngine;

namespace A2FLive
{
#if UNITY_WEBGL && !UNITY_EDITOR
    /// <summary>Unity has no microphone in WebGL.</summary>
    internal sealed class MicrophoneDevice
    {
        public static string[] Names { get; } = new string[0];
        public bool IsOpen { get { return false; } }
        public bool IsRecording { get { return false; } }
        public float[] Block { get; } = new float[0];
        public int Frames { get { return 0; } }
        public int Channels { get { return 1; } }
        public int Rate { get { return 0; } }

        public string Open(string device, int rate)
        {
            return "Unity has no microphone in WebGL: capture it in the page and call AvatarDriver.SendSamples";
        }

        public bool Read()
        {
            return false;
        }

        public void Close()
        {
        }
    }
#else
    /// <summary>Opens a device and follows it around its ring.</summary>
    internal sealed class MicrophoneDevice
    {
        private const int RingS = 2;
        private const int BlocksPerS = 50;

        private AudioClip _ring;
        private string _name;
        private int _at;

        /// <summary>Names of the microphones of this machine.</summary>
        public static string[] Names
        {
            get { return Microphone.devices; }
        }

        /// <summary>Whether a device was opened.</summary>
        public bool IsOpen
        {
            get { return _ring != null; }
        }

        /// <summary>Whether it still records: not if it was taken away, or lost while the program was in the background.</summary>
        public bool IsRecording
        {
            get { return Microphone.IsRecording(_name); }
        }

        /// <summary>The samples that were read last, interleaved.</summary>
        public float[] Block { get; private set; } = new float[0];

        /// <summary>Samples of each channel in a block.</summary>
        public int Frames
        {
            get { return Block.Length / _ring.channels; }
        }

        public int Channels
        {
            get { return _ring.channels; }
        }

        public int Rate
        {
            get { return _ring.frequency; }
        }

        /// <summary>Open a device by its name, the default one if that is empty. Gives what is in the way, null if nothing.</summary>
        public string Open(string device, int rate)
        {
            string[] devices = Microphone.devices;
            if (devices.Length == 0 || (device.Length > 0 && Array.IndexOf(devices, device) < 0))
            {
                return device.Length > 0 ? $"the microphone {device} is not there" : "there is no microphone";
            }
            _name = device.Length > 0 ? device : null;
            _ring = Microphone.Start(_name, true, RingS, RateOf(_name, rate));
            if (_ring == null)
            {
                return "the microphone could not be opened: another program may hold it";
            }
            Block = new float[Math.Max(1, _ring.frequency / BlocksPerS) * _ring.channels];
            _at = 0;
            return null;
        }

        /// <summary>Read the next block, if it is whole. The ring wraps, and so does reading from it.</summary>
        public bool Read()
        {
            int fresh = (Microphone.GetPosition(_name) - _at + _ring.samples) % _ring.samples;
            if (fresh < Frames)
            {
                return false;
            }
            _ring.GetData(Block, _at);
            _at = (_at + Frames) % _ring.samples;
            return true;
        }

        public void Close()
        {
            if (_ring != null)
            {
                Microphone.End(_name);
                UnityEngine.Object.Destroy(_ring);
                _ring = null;
            }
        }

        /// <summary>The rate that is wished for, within what the device can; 0 to 0 means any.</summary>
        private static int RateOf(string name, int rate)
        {
            Microphone.GetDeviceCaps(name, out int low, out int high);
            return low == 0 && high == 0 ? rate : Math.Max(low, Math.Min(high, rate));
        }
    }
#endif
}

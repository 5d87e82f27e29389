// Clips, sources and microphones that a test plays by hand.
using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class AudioClip : Object
    {
        public float[] Data { get; private set; }
        public bool CanBeRead { get; set; } = true;
        public AudioDataLoadState loadState { get; set; } = AudioDataLoadState.Loaded;
        public int samples { get; private set; }
        public int channels { get; private set; }
        public int frequency { get; private set; }

        public float length
        {
            get { return (float)samples / frequency; }
        }

        public static AudioClip Create(string name, int lengthSamples, int channels, int frequency, bool stream)
        {
            return new AudioClip
            {
                name = name,
                samples = lengthSamples,
                channels = channels,
                frequency = frequency,
                Data = new float[lengthSamples * channels],
            };
        }

        public bool SetData(float[] data, int offset)
        {
            Array.Copy(data, 0, Data, offset * channels, data.Length);
            return true;
        }

        public bool LoadAudioData()
        {
            loadState = AudioDataLoadState.Loading;
            return true;
        }

        /// <summary>Reads from a place on, and goes on at the start where the clip ends.</summary>
        public bool GetData(float[] data, int offset)
        {
            for (int i = 0; CanBeRead && i < data.Length; i++)
            {
                data[i] = Data[(offset * channels + i) % Data.Length];
            }
            return CanBeRead;
        }
    }

    public enum AudioDataLoadState
    {
        Unloaded,
        Loading,
        Loaded,
        Failed,
    }

    public sealed class AudioSource : Behaviour
    {
        public AudioClip clip { get; set; }
        public bool loop { get; set; }
        public bool isPlaying { get; set; }
        public int timeSamples { get; set; }
        public float spatialBlend { get; set; }
        public int Plays { get; private set; }

        public void Play()
        {
            isPlaying = true;
            Plays++;
        }

        public void Pause()
        {
            isPlaying = false;
        }

        public void UnPause()
        {
            isPlaying = true;
        }

        public void Stop()
        {
            isPlaying = false;
            timeSamples = 0;
        }

        /// <summary>So many seconds of the clip are heard; at its end the source stops.</summary>
        public void Hear(double seconds)
        {
            if (!isPlaying || clip == null)
            {
                return;
            }
            timeSamples += (int)Math.Round(seconds * clip.frequency);
            if (timeSamples >= clip.samples)
            {
                Stop();
            }
        }
    }

    public sealed class AudioListener : Behaviour
    {
    }

    public static class AudioSettings
    {
        public delegate void AudioConfigurationChangeHandler(bool deviceWasChanged);

        public static event AudioConfigurationChangeHandler OnAudioConfigurationChanged;

        public static int outputSampleRate { get; set; } = 48000;

        /// <summary>Headphones are plugged in: every source has been stopped by then.</summary>
        public static void Change()
        {
            OnAudioConfigurationChanged?.Invoke(true);
        }

        public static void GetDSPBufferSize(out int bufferLength, out int numBuffers)
        {
            bufferLength = 1024;
            numBuffers = 4;
        }
    }

    public static class Microphone
    {
        public static string[] devices { get; set; } = { "Desk", "Headset" };
        public static Dictionary<string, int[]> Caps { get; } = new Dictionary<string, int[]>();
        public static AudioClip Ring { get; private set; }
        public static string Opened { get; private set; } = "none";
        public static bool IsHeld { get; set; }
        public static int Position { get; set; }

        public static AudioClip Start(string deviceName, bool loop, int lengthSec, int frequency)
        {
            Opened = deviceName ?? "default";
            Position = 0;
            Ring = IsHeld ? null : AudioClip.Create(Opened, lengthSec * frequency, 1, frequency, false);
            return Ring;
        }

        public static void End(string deviceName)
        {
            Opened = "none";
        }

        public static bool IsRecording(string deviceName)
        {
            return Opened == (deviceName ?? "default");
        }

        public static int GetPosition(string deviceName)
        {
            return Position;
        }

        public static void GetDeviceCaps(string deviceName, out int minFreq, out int maxFreq)
        {
            int[] caps = Caps.TryGetValue(deviceName ?? "default", out int[] found) ? found : new[] { 0, 0 };
            minFreq = caps[0];
            maxFreq = caps[1];
        }

        /// <summary>The microphone hears samples, around its ring.</summary>
        public static void Hear(float[] samples)
        {
            foreach (float sample in samples)
            {
                Ring.Data[Position] = sample;
                Position = (Position + 1) % Ring.samples;
            }
        }
    }
}

// What a stream may ask for: the audio it sends and the face it wants.
using System;
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>How the PCM of a stream is written.</summary>
    public sealed class AudioFormat
    {
        /// <summary>16-bit integers, little-endian.</summary>
        public const string Pcm16 = "pcm_s16le";
        /// <summary>32-bit floats, little-endian.</summary>
        public const string Float32 = "pcm_f32le";
        /// <summary>8-bit G.711, mu-law.</summary>
        public const string MuLaw = "mulaw";
        /// <summary>8-bit G.711, A-law.</summary>
        public const string ALaw = "alaw";

        /// <summary>A format; 16 kHz mono of 16-bit integers if nothing is said.</summary>
        public AudioFormat(string encoding = Pcm16, int sampleRate = 16000, int channels = 1)
        {
            int bytes = Array.IndexOf(Encodings, encoding);
            if (bytes < 0)
            {
                throw new A2FException(
                    Codes.BadAudio, $"audio encoding {encoding} is not known: use one of {string.Join(", ", Encodings)}");
            }
            if (sampleRate < 8000 || sampleRate > 192000)
            {
                throw new A2FException(
                    Codes.BadAudio, $"a sample rate of {sampleRate} Hz cannot be used: send 8000 to 192000 Hz");
            }
            if (channels < 1 || channels > 8)
            {
                throw new A2FException(
                    Codes.BadAudio, $"{channels} channels cannot be used: send 1 to 8 interleaved channels");
            }
            Encoding = encoding;
            SampleRate = sampleRate;
            Channels = channels;
            BytesPerFrame = SampleBytes[bytes] * channels;
        }

        private static readonly string[] Encodings = { Pcm16, Float32, MuLaw, ALaw };
        private static readonly int[] SampleBytes = { 2, 4, 1, 1 };

        /// <summary>`pcm_s16le`, `pcm_f32le`, `mulaw` or `alaw`.</summary>
        public string Encoding { get; }
        /// <summary>Hertz, 8,000 to 192,000.</summary>
        public int SampleRate { get; }
        /// <summary>1 to 8, interleaved; the server mixes them down.</summary>
        public int Channels { get; }
        /// <summary>Bytes of one sample of every channel.</summary>
        public int BytesPerFrame { get; }
        /// <summary>Bytes of one second.</summary>
        public int BytesPerSecond
        {
            get { return BytesPerFrame * SampleRate; }
        }
    }

    /// <summary>Everything that a stream may ask for; what is not set is as the protocol has it by default.</summary>
    public sealed class StreamConfig
    {
        /// <summary>How the PCM is written.</summary>
        public AudioFormat Audio { get; set; } = new AudioFormat();
        /// <summary>Frames a second.</summary>
        public FrameRate Fps { get; set; } = new FrameRate(60, 1);
        /// <summary>How rows travel: `f32`, the smaller `f16`, or `list`.</summary>
        public string Weights { get; set; } = "f32";
        /// <summary>The most future audio that a frame may wait for, milliseconds.</summary>
        public int LookaheadMs { get; set; } = 40;
        /// <summary>`live`, as it is spoken, or `file`, as fast as the server can.</summary>
        public string Pace { get; set; } = "live";
        /// <summary>Emotion to strength, 0 to 1.</summary>
        public Dictionary<string, double> Emotions { get; set; } = new Dictionary<string, double>();
        /// <summary>Whether emotions are heard in the voice.</summary>
        public bool AutoEmotion { get; set; }
        /// <summary>Where the face lives of itself: `off`, in `speech`, or `always`.</summary>
        public string Idle { get; set; } = "speech";
        /// <summary>Name of a profile of the server (text), a profile itself (a map), or null for the server's default.</summary>
        public object Profile { get; set; }
        /// <summary>Name of an engine of the server; null for its default.</summary>
        public string Engine { get; set; }
        /// <summary>Whether frames carry visemes.</summary>
        public bool Visemes { get; set; }
        /// <summary>Whether frames carry head rotation.</summary>
        public bool Head { get; set; }
        /// <summary>Whether the server tells once a second how the stream is doing.</summary>
        public bool Stats { get; set; }
        /// <summary>Of all random motion, 0 to 2^32 - 1.</summary>
        public long Seed { get; set; }

        /// <summary>Throws `A2FException` for what no server takes.</summary>
        public void Validate()
        {
            Choose("weights", Weights, "f32", "f16", "list");
            Choose("pace", Pace, "live", "file");
            Choose("idle", Idle, "off", "speech", "always");
            RequireEmotions(Emotions);
            if (LookaheadMs < 0 || LookaheadMs > 10000)
            {
                throw Bad($"a look-ahead of {LookaheadMs} ms cannot be used: ask for 0 to 10000");
            }
            if (Seed < 0 || Seed > uint.MaxValue)
            {
                throw Bad($"seed {Seed} cannot be used: use 0 to 4294967295");
            }
        }

        internal static void RequireEmotions(Dictionary<string, double> emotions)
        {
            foreach (KeyValuePair<string, double> pair in emotions)
            {
                Choose("emotions", pair.Key, (string[])Arkit.Emotions);
                if (!(pair.Value >= 0 && pair.Value <= 1))
                {
                    throw Bad($"emotion {pair.Key} is {pair.Value}: use 0 to 1");
                }
            }
        }

        internal static void Choose(string name, string value, params string[] choices)
        {
            if (Array.IndexOf(choices, value) < 0)
            {
                throw Bad($"{name}: {value} is not known: use one of {string.Join(", ", choices)}");
            }
        }

        private static A2FException Bad(string message)
        {
            return new A2FException(Codes.BadSetting, message);
        }
    }

    /// <summary>What `configure` changes from the next frame on; what is null stays as it is.</summary>
    public sealed class Changes
    {
        private object _profile;

        /// <summary>Emotion to strength, 0 to 1; an empty map ends all emotions.</summary>
        public Dictionary<string, double> Emotions { get; set; }
        /// <summary>Whether emotions are heard in the voice.</summary>
        public bool? AutoEmotion { get; set; }
        /// <summary>`off`, `speech` or `always`.</summary>
        public string Idle { get; set; }
        /// <summary>Frames a second.</summary>
        public FrameRate? Fps { get; set; }
        /// <summary>Whether the profile is changed; setting it says so.</summary>
        public bool ChangesProfile { get; private set; }

        /// <summary>Name of a profile, a profile itself, or null for the server's default.</summary>
        public object Profile
        {
            get
            {
                return _profile;
            }

            set
            {
                _profile = value;
                ChangesProfile = true;
            }
        }

        /// <summary>Throws `A2FException` for what no server takes.</summary>
        public void Validate()
        {
            if (Emotions != null)
            {
                StreamConfig.RequireEmotions(Emotions);
            }
            if (Idle != null)
            {
                StreamConfig.Choose("idle", Idle, "off", "speech", "always");
            }
        }
    }
}

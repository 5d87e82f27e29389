// What the console program is asked for.
using System;
using System.Globalization;

namespace A2FLive.Console
{
    /// <summary>`--name value` pairs behind the address and the file.</summary>
    internal sealed class Options
    {
        public string Url { get; private set; }
        public string File { get; private set; }
        public string Token { get; private set; }
        public FrameRate Fps { get; private set; } = new FrameRate(30, 1);
        public string Weights { get; private set; } = "f32";
        public bool Head { get; private set; }
        public bool Visemes { get; private set; }
        /// <summary>Whether every number is printed, as hex of float32.</summary>
        public bool Hex { get; private set; }
        /// <summary>Times real time that audio is sent at.</summary>
        public double Speed { get; private set; } = 1;
        /// <summary>Seconds of audio after which the speech is interrupted and begun anew; never if negative.</summary>
        public double InterruptAtS { get; private set; } = -1;
        /// <summary>Seconds of audio after which the connection is cut; never if negative.</summary>
        public double CutAtS { get; private set; } = -1;
        /// <summary>Audio in one message, milliseconds.</summary>
        public int BlockMs { get; private set; } = 20;

        public static Options Parse(string[] words)
        {
            var options = new Options { Url = words[0], File = words[1] };
            for (int i = 2; i < words.Length; i++)
            {
                string value = i + 1 < words.Length ? words[i + 1] : "";
                i += options.Take(words[i], value) ? 1 : 0;
            }
            return options;
        }

        /// <summary>Whether the option took its value.</summary>
        private bool Take(string name, string value)
        {
            switch (name)
            {
                case "--head":
                    Head = true;
                    return false;
                case "--visemes":
                    Visemes = true;
                    return false;
                case "--hex":
                    Hex = true;
                    return false;
                case "--token":
                    Token = value;
                    return true;
                case "--fps":
                    Fps = FrameRate.Of(Number(value));
                    return true;
                case "--weights":
                    Weights = value;
                    return true;
                default:
                    return TakeTime(name, value);
            }
        }

        private bool TakeTime(string name, string value)
        {
            switch (name)
            {
                case "--speed":
                    Speed = Number(value);
                    return true;
                case "--interrupt-at":
                    InterruptAtS = Number(value);
                    return true;
                case "--cut-at":
                    CutAtS = Number(value);
                    return true;
                case "--block-ms":
                    BlockMs = (int)Number(value);
                    return true;
                default:
                    throw new ArgumentException($"{name} is not known: run without arguments to see what is");
            }
        }

        private static double Number(string text)
        {
            return double.Parse(text, CultureInfo.InvariantCulture);
        }
    }
}

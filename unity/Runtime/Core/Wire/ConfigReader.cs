// The effective configuration, as `ready` and `configured` tell it.
using System.Collections.Generic;

namespace A2FLive
{
    internal static class ConfigReader
    {
        private const int LongestText = 256;
        private const int LargestTerm = 1000000;

        /// <summary>A number, or a list of numerator and denominator.</summary>
        public static FrameRate ReadFps(MsgpackReader reader, string field)
        {
            try
            {
                if (reader.Next != MsgpackType.List)
                {
                    return FrameRate.Of(reader.ReadNumber(field, 1, 120));
                }
                if (reader.ReadList(field) != 2)
                {
                    throw MsgpackReader.BadField(field, "numerator and denominator");
                }
                int numerator = (int)reader.ReadInteger(field, 1, LargestTerm);
                return new FrameRate(numerator, (int)reader.ReadInteger(field, 1, LargestTerm));
            }
            catch (A2FException error) when (error.Code == Codes.BadSetting)
            {
                throw MsgpackReader.BadField(field, "1 to 120 frames a second");
            }
        }

        public static StreamConfig Read(MsgpackReader reader)
        {
            var config = new StreamConfig();
            for (int left = reader.ReadMap("config"); left > 0; left--)
            {
                string name = reader.ReadText("config", int.MaxValue);
                if (!reader.TrySkipNil())
                {
                    ReadField(reader, name, config);
                }
            }
            return config;
        }

        private static void ReadField(MsgpackReader reader, string name, StreamConfig config)
        {
            switch (name)
            {
                case "audio":
                    config.Audio = ReadAudio(reader);
                    break;
                case "fps":
                    config.Fps = ReadFps(reader, "config.fps");
                    break;
                case "weights":
                    config.Weights = reader.ReadText("config.weights", LongestText);
                    break;
                case "lookahead_ms":
                    config.LookaheadMs = (int)reader.ReadInteger("config.lookahead_ms", 0, 10000);
                    break;
                case "pace":
                    config.Pace = reader.ReadText("config.pace", LongestText);
                    break;
                case "emotions":
                    config.Emotions = ReadEmotions(reader);
                    break;
                case "auto_emotion":
                    config.AutoEmotion = reader.ReadBoolean("config.auto_emotion");
                    break;
                case "idle":
                    config.Idle = reader.ReadText("config.idle", LongestText);
                    break;
                case "profile":
                    config.Profile = reader.ReadValue();
                    break;
                case "engine":
                    config.Engine = reader.ReadText("config.engine", LongestText);
                    break;
                default:
                    ReadSwitch(reader, name, config);
                    break;
            }
        }

        private static void ReadSwitch(MsgpackReader reader, string name, StreamConfig config)
        {
            switch (name)
            {
                case "visemes":
                    config.Visemes = reader.ReadBoolean("config.visemes");
                    break;
                case "head":
                    config.Head = reader.ReadBoolean("config.head");
                    break;
                case "stats":
                    config.Stats = reader.ReadBoolean("config.stats");
                    break;
                case "seed":
                    config.Seed = reader.ReadInteger("config.seed", 0, uint.MaxValue);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        private static AudioFormat ReadAudio(MsgpackReader reader)
        {
            string encoding = AudioFormat.Pcm16;
            int sampleRate = 16000, channels = 1;
            for (int left = reader.ReadMap("config.audio"); left > 0; left--)
            {
                switch (reader.ReadText("config.audio", int.MaxValue))
                {
                    case "encoding":
                        encoding = reader.ReadText("config.audio.encoding", LongestText);
                        break;
                    case "sample_rate":
                        sampleRate = (int)reader.ReadInteger("config.audio.sample_rate", 0, int.MaxValue);
                        break;
                    case "channels":
                        channels = (int)reader.ReadInteger("config.audio.channels", 0, int.MaxValue);
                        break;
                    default:
                        reader.Skip();
                        break;
                }
            }
            return new AudioFormat(encoding, sampleRate, channels);
        }

        private static Dictionary<string, double> ReadEmotions(MsgpackReader reader)
        {
            var emotions = new Dictionary<string, double>();
            for (int left = reader.ReadMap("config.emotions"); left > 0; left--)
            {
                string name = reader.ReadText("config.emotions", LongestText);
                emotions[name] = reader.ReadNumber("config.emotions", 0, 1);
            }
            return emotions;
        }
    }
}

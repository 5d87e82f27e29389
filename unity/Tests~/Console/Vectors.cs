// Messages in and out as hex, for the golden vectors: what a reader understands, what a writer writes.
using System;
using System.Collections.Generic;
using System.Linq;

namespace A2FLive.Console
{
    /// <summary>
    /// Reads lines: `read HEX` gives the meaning of a server's payload as JSON, `write HEX` the payload of a client's
    /// message whose meaning is given as msgpack. What is refused gives {"code", "fatal"}.
    /// </summary>
    internal static class Vectors
    {
        public static int Run()
        {
            for (string line = System.Console.ReadLine(); line != null; line = System.Console.ReadLine())
            {
                string[] words = line.Split(' ');
                byte[] data = Bytes(words.Length > 1 ? words[1] : "");
                System.Console.WriteLine(Answer(words[0], data));
            }
            return 0;
        }

        private static string Answer(string task, byte[] data)
        {
            try
            {
                return task == "read" ? Json.Of(Meaning(new ServerReader().Read(data, 0, data.Length))) : Written(data);
            }
            catch (A2FException error)
            {
                return Json.Of(Map("code", error.Code, "fatal", error.Fatal, "message", error.Message));
            }
        }

        // Reading

        private static object Meaning(ServerMessage message)
        {
            if (message is FrameBlock frames)
            {
                return Frames(frames);
            }
            if (message is Ready ready)
            {
                return MeaningOf(ready);
            }
            if (message is Configured configured)
            {
                return Map("type", "configured", "config", Config(configured.Config));
            }
            if (message is Stats stats)
            {
                return MeaningOf(stats);
            }
            return message == null ? null : Answers(message);
        }

        private static object Answers(ServerMessage message)
        {
            if (message is Flushed flushed)
            {
                return Map(
                    "type", "flushed", "id", Id(flushed.Id), "utterance", flushed.Utterance, "frames", flushed.Frames,
                    "seconds", flushed.Seconds);
            }
            if (message is Cleared cleared)
            {
                return Map(
                    "type", "cleared", "id", Id(cleared.Id), "utterance", cleared.Utterance, "dropped_ms", cleared.DroppedMs);
            }
            if (message is Marker marker)
            {
                return Map("type", "marker", "id", Id(marker.Id));
            }
            if (message is Warning warning)
            {
                return Map("type", "warning", "code", warning.Code, "message", warning.Message);
            }
            if (message is Error error)
            {
                return Map(
                    "type", "error", "code", error.Code, "message", error.Message, "fatal", error.Fatal, "ref", error.Ref);
            }
            return Map("type", "go_away", "time_left_ms", ((GoAway)message).TimeLeftMs);
        }

        private static object Frames(FrameBlock block)
        {
            return Map(
                "type", "frames", "utterance", block.Utterance, "index", block.Index, "count", block.Count,
                "time", block.TimeS, "fps", Pair(block.Fps), "idle", block.Idle, "final", block.Final,
                "weights", Rows(block.Weights, block.Count, Arkit.Count),
                "head", block.HasHead ? Rows(block.Head, block.Count, Arkit.HeadCount) : null,
                "visemes", block.HasVisemes ? Rows(block.Visemes, block.Count, Arkit.VisemeCount) : null);
        }

        private static object MeaningOf(Ready ready)
        {
            Limits limits = ready.Limits;
            return Map(
                "type", "ready", "protocol", ready.Protocol, "session", ready.Session, "token", ready.Token,
                "engine", ready.Engine, "names", ready.Names, "viseme_names", ready.VisemeNames,
                "lookahead_ms", ready.LookaheadMs, "config", Config(ready.Config),
                "limits", Map(
                    "message_bytes", limits.MessageBytes, "burst_s", limits.BurstS, "rate", limits.Rate,
                    "idle_s", limits.IdleS, "resume_s", limits.ResumeS),
                "resumed", ready.Resumed == null ? null : Map(
                    "utterance", ready.Resumed.Utterance, "audio_bytes", ready.Resumed.AudioBytes));
        }

        private static object MeaningOf(Stats stats)
        {
            return Map(
                "type", "stats", "received_s", stats.ReceivedS, "answered_s", stats.AnsweredS,
                "real_time_factor", stats.RealTimeFactor, "queue_ms", stats.QueueMs, "latency_ms", stats.LatencyMs,
                "frames_sent", stats.FramesSent, "frames_dropped", stats.FramesDropped);
        }

        private static object Config(StreamConfig config)
        {
            return Map(
                "audio", Map(
                    "encoding", config.Audio.Encoding, "sample_rate", config.Audio.SampleRate,
                    "channels", config.Audio.Channels),
                "fps", Pair(config.Fps), "weights", config.Weights, "lookahead_ms", config.LookaheadMs,
                "pace", config.Pace, "emotions", config.Emotions, "auto_emotion", config.AutoEmotion,
                "idle", config.Idle, "profile", config.Profile, "engine", config.Engine, "visemes", config.Visemes,
                "head", config.Head, "stats", config.Stats, "seed", config.Seed);
        }

        private static object Id(long id)
        {
            return id < 0 ? null : (object)id;
        }

        private static int[] Pair(FrameRate fps)
        {
            return new[] { fps.Numerator, fps.Denominator };
        }

        private static object Rows(float[] numbers, int count, int width)
        {
            return Enumerable.Range(0, count).Select(i => numbers.Skip(i * width).Take(width));
        }

        // Writing

        private static string Written(byte[] data)
        {
            var reader = new MsgpackReader();
            reader.Open(data, 0, data.Length);
            var meaning = (Dictionary<string, object>)reader.ReadValue();
            var writer = new ClientWriter();
            Write(writer, (string)meaning["type"], meaning);
            return string.Concat(writer.Data.Take(writer.Count).Select(b => b.ToString("x2")));
        }

        private static void Write(ClientWriter writer, string type, Dictionary<string, object> meaning)
        {
            switch (type)
            {
                case "hello":
                    StreamConfig config = ConfigOf((Dictionary<string, object>)meaning["config"]);
                    config.Validate();
                    writer.Hello(config, ResumeOf((Dictionary<string, object>)meaning["resume"]));
                    break;
                case "audio":
                    byte[] pcm = Bytes((string)meaning["pcm"]);
                    writer.Audio(pcm, 0, pcm.Length);
                    break;
                case "configure":
                    writer.Configure(ChangesOf((Dictionary<string, object>)meaning["changes"]));
                    break;
                case "keepalive":
                case "bye":
                    writer.Plain(type);
                    break;
                default:
                    writer.Question(type, meaning["id"] == null ? -1 : (long)meaning["id"]);
                    break;
            }
        }

        private static StreamConfig ConfigOf(Dictionary<string, object> values)
        {
            var audio = (Dictionary<string, object>)values["audio"];
            return new StreamConfig
            {
                Audio = new AudioFormat(
                    (string)audio["encoding"], (int)(long)audio["sample_rate"], (int)(long)audio["channels"]),
                Fps = FpsOf(values["fps"]),
                Weights = (string)values["weights"],
                LookaheadMs = (int)(long)values["lookahead_ms"],
                Pace = (string)values["pace"],
                Emotions = EmotionsOf(values["emotions"]),
                AutoEmotion = (bool)values["auto_emotion"],
                Idle = (string)values["idle"],
                Profile = values["profile"],
                Engine = (string)values["engine"],
                Visemes = (bool)values["visemes"],
                Head = (bool)values["head"],
                Stats = (bool)values["stats"],
                Seed = (long)values["seed"],
            };
        }

        private static ResumePoint? ResumeOf(Dictionary<string, object> values)
        {
            return values == null ? (ResumePoint?)null : new ResumePoint
            {
                Session = (string)values["session"],
                Token = (string)values["token"],
                Utterance = (int)(long)values["utterance"],
                Frame = (int)(long)values["frame"],
            };
        }

        private static Changes ChangesOf(Dictionary<string, object> values)
        {
            var changes = new Changes();
            foreach (KeyValuePair<string, object> pair in values)
            {
                switch (pair.Key)
                {
                    case "emotions":
                        changes.Emotions = EmotionsOf(pair.Value);
                        break;
                    case "auto_emotion":
                        changes.AutoEmotion = (bool)pair.Value;
                        break;
                    case "idle":
                        changes.Idle = (string)pair.Value;
                        break;
                    case "fps":
                        changes.Fps = FpsOf(pair.Value);
                        break;
                    default:
                        changes.Profile = pair.Value;
                        break;
                }
            }
            changes.Validate();
            return changes;
        }

        private static FrameRate FpsOf(object value)
        {
            var pair = (List<object>)value;
            return new FrameRate((int)(long)pair[0], (int)(long)pair[1]);
        }

        private static Dictionary<string, double> EmotionsOf(object value)
        {
            return ((Dictionary<string, object>)value).ToDictionary(pair => pair.Key, pair => Convert.ToDouble(pair.Value));
        }

        internal static Dictionary<string, object> Map(params object[] pairs)
        {
            var map = new Dictionary<string, object>();
            for (int i = 0; i < pairs.Length; i += 2)
            {
                map[(string)pairs[i]] = pairs[i + 1];
            }
            return map;
        }

        private static byte[] Bytes(string hex)
        {
            return Enumerable.Range(0, hex.Length / 2).Select(i => Convert.ToByte(hex.Substring(2 * i, 2), 16)).ToArray();
        }
    }
}

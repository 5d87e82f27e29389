// Payloads of the server to messages.
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>One end of a connection that reads: it remembers what `ready` and `configured` told.</summary>
    internal sealed class ServerReader
    {
        private const long LargestInteger = (1L << 53) - 1;
        private const double LargestNumber = 1e12;
        private const int LongestText = 256;
        private const int LongestSentence = 4096;

        private readonly MsgpackReader _reader = new MsgpackReader();
        private readonly FramesReader _frames;

        public ServerReader()
        {
            _frames = new FramesReader(_reader);
        }

        /// <summary>The message of a payload, null for an unknown type. Throws `A2FException`, see its `Fatal`.</summary>
        public ServerMessage Read(byte[] data, int start, int count)
        {
            _reader.Open(data, start, count);
            int type = FindType();
            _reader.At = type;
            if (_reader.TryKey(Keys.Frames))
            {
                _reader.Rewind();
                return _frames.Read();
            }
            string name = _reader.ReadText("type", int.MaxValue);
            _reader.Rewind();
            return ReadSeldom(name);
        }

        private int FindType()
        {
            int at = -1;
            for (int left = _reader.ReadMap("the message"); left > 0; left--)
            {
                bool found = _reader.TryKey(Keys.Type);
                if (found)
                {
                    at = _reader.At;
                }
                else
                {
                    _reader.Skip();
                }
                _reader.Skip();
            }
            if (at >= 0)
            {
                _reader.At = at;
            }
            return at >= 0 && _reader.Next == MsgpackType.Text ? at : throw MsgpackReader.BadField("type", "text");
        }

        private ServerMessage ReadSeldom(string type)
        {
            switch (type)
            {
                case "ready":
                    return ReadReady();
                case "configured":
                    return ReadConfigured();
                case "flushed":
                    return ReadFlushed();
                case "cleared":
                    return ReadCleared();
                case "marker":
                    return ReadMarker();
                case "stats":
                    return ReadStats();
                case "warning":
                    return ReadWarning();
                case "error":
                    return ReadError();
                case "go_away":
                    return ReadGoAway();
                default:
                    return null;
            }
        }

        private Ready ReadReady()
        {
            var ready = new Ready { Limits = new Limits(), LookaheadMs = -1 };
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "protocol":
                        ready.Protocol = Word("ready: protocol");
                        break;
                    case "session":
                        ready.Session = Word("ready: session");
                        break;
                    case "token":
                        ready.Token = Word("ready: token");
                        break;
                    case "engine":
                        ready.Engine = Word("ready: engine");
                        break;
                    case "names":
                        ready.Names = Words("ready: names", Arkit.Count);
                        break;
                    case "viseme_names":
                        ready.VisemeNames = Words("ready: viseme_names", Arkit.VisemeCount);
                        break;
                    case "lookahead_ms":
                        ready.LookaheadMs = (int)Whole("ready: lookahead_ms", 10000);
                        break;
                    case "limits":
                        ready.Limits = ReadLimits();
                        break;
                    case "config":
                        ready.Config = ConfigReader.Read(_reader);
                        break;
                    case "resumed":
                        ready.Resumed = ReadResumed();
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(ready.Protocol != null && ready.Session != null && ready.Token != null, "ready");
            Require(ready.Engine != null && ready.Names != null && ready.Config != null, "ready");
            Require(ready.LookaheadMs >= 0, "ready");
            _frames.Fps = ready.Config.Fps;
            _frames.Order(ready.Names, ready.VisemeNames);
            return ready;
        }

        private Limits ReadLimits()
        {
            var limits = new Limits();
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "message_bytes":
                        limits.MessageBytes = (int)Whole("limits: message_bytes", int.MaxValue);
                        break;
                    case "burst_s":
                        limits.BurstS = Number("limits: burst_s");
                        break;
                    case "rate":
                        limits.Rate = Number("limits: rate");
                        break;
                    case "idle_s":
                        limits.IdleS = Number("limits: idle_s");
                        break;
                    case "resume_s":
                        limits.ResumeS = Number("limits: resume_s");
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            return limits;
        }

        private Resumed ReadResumed()
        {
            var resumed = new Resumed { Utterance = -1, AudioBytes = -1 };
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "utterance":
                        resumed.Utterance = (int)Whole("resumed: utterance", int.MaxValue);
                        break;
                    case "audio_bytes":
                        resumed.AudioBytes = Whole("resumed: audio_bytes", LargestInteger);
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(resumed.Utterance >= 0 && resumed.AudioBytes >= 0, "resumed");
            return resumed;
        }

        private Configured ReadConfigured()
        {
            var configured = new Configured();
            foreach (string field in Fields())
            {
                if (field == "config")
                {
                    configured.Config = ConfigReader.Read(_reader);
                }
                else
                {
                    _reader.Skip();
                }
            }
            Require(configured.Config != null, "configured");
            _frames.Fps = configured.Config.Fps;
            return configured;
        }

        private Flushed ReadFlushed()
        {
            var flushed = new Flushed { Id = -1, Utterance = -1, Frames = -1, Seconds = -1 };
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "id":
                        flushed.Id = Whole("flushed: id", LargestInteger);
                        break;
                    case "utterance":
                        flushed.Utterance = (int)Whole("flushed: utterance", int.MaxValue);
                        break;
                    case "frames":
                        flushed.Frames = (int)Whole("flushed: frames", int.MaxValue);
                        break;
                    case "seconds":
                        flushed.Seconds = Number("flushed: seconds");
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(flushed.Utterance >= 0 && flushed.Frames >= 0 && flushed.Seconds >= 0, "flushed");
            return flushed;
        }

        private Cleared ReadCleared()
        {
            var cleared = new Cleared { Id = -1, Utterance = -1, DroppedMs = -1 };
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "id":
                        cleared.Id = Whole("cleared: id", LargestInteger);
                        break;
                    case "utterance":
                        cleared.Utterance = (int)Whole("cleared: utterance", int.MaxValue);
                        break;
                    case "dropped_ms":
                        cleared.DroppedMs = (int)Whole("cleared: dropped_ms", int.MaxValue);
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(cleared.Utterance >= 0 && cleared.DroppedMs >= 0, "cleared");
            return cleared;
        }

        private Marker ReadMarker()
        {
            var marker = new Marker { Id = -1 };
            foreach (string field in Fields())
            {
                if (field == "id")
                {
                    marker.Id = Whole("marker: id", LargestInteger);
                }
                else
                {
                    _reader.Skip();
                }
            }
            return marker;
        }

        private Stats ReadStats()
        {
            var stats = new Stats { ReceivedS = -1, AnsweredS = -1, RealTimeFactor = -1, FramesSent = -1, FramesDropped = -1 };
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "received_s":
                        stats.ReceivedS = Number("stats: received_s");
                        break;
                    case "answered_s":
                        stats.AnsweredS = Number("stats: answered_s");
                        break;
                    case "real_time_factor":
                        stats.RealTimeFactor = Number("stats: real_time_factor");
                        break;
                    case "queue_ms":
                        stats.QueueMs = Numbers("stats: queue_ms");
                        break;
                    case "latency_ms":
                        stats.LatencyMs = Numbers("stats: latency_ms");
                        break;
                    case "frames_sent":
                        stats.FramesSent = Whole("stats: frames_sent", LargestInteger);
                        break;
                    case "frames_dropped":
                        stats.FramesDropped = Whole("stats: frames_dropped", LargestInteger);
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(stats.ReceivedS >= 0 && stats.AnsweredS >= 0 && stats.RealTimeFactor >= 0, "stats");
            Require(stats.QueueMs != null && stats.LatencyMs != null, "stats");
            Require(stats.FramesSent >= 0 && stats.FramesDropped >= 0, "stats");
            return stats;
        }

        private Warning ReadWarning()
        {
            string code = null, message = null;
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "code":
                        code = Word("warning: code");
                        break;
                    case "message":
                        message = _reader.ReadText("warning: message", LongestSentence);
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(code != null && message != null, "warning");
            return new Warning(code, message);
        }

        private Error ReadError()
        {
            var error = new Error();
            foreach (string field in Fields())
            {
                switch (field)
                {
                    case "code":
                        error.Code = Word("error: code");
                        break;
                    case "message":
                        error.Message = _reader.ReadText("error: message", LongestSentence);
                        break;
                    case "fatal":
                        error.Fatal = _reader.ReadBoolean("error: fatal");
                        break;
                    case "ref":
                        error.Ref = Word("error: ref");
                        break;
                    default:
                        _reader.Skip();
                        break;
                }
            }
            Require(error.Code != null && error.Message != null, "error");
            return error;
        }

        private GoAway ReadGoAway()
        {
            var away = new GoAway { TimeLeftMs = -1 };
            foreach (string field in Fields())
            {
                if (field == "time_left_ms")
                {
                    away.TimeLeftMs = (int)Whole("go_away: time_left_ms", int.MaxValue);
                }
                else
                {
                    _reader.Skip();
                }
            }
            Require(away.TimeLeftMs >= 0, "go_away");
            return away;
        }

        // Steps within

        /// <summary>Names of the fields of the map that is next; whoever asks reads or skips each value. Null is absent.</summary>
        private IEnumerable<string> Fields()
        {
            for (int left = _reader.ReadMap("the message"); left > 0; left--)
            {
                string name = _reader.ReadText("a field", int.MaxValue);
                if (!_reader.TrySkipNil())
                {
                    yield return name;
                }
            }
        }

        private string Word(string field)
        {
            return _reader.ReadText(field, LongestText);
        }

        private string[] Words(string field, int count)
        {
            if (_reader.ReadList(field) != count)
            {
                throw MsgpackReader.BadField(field, $"a list of {count} texts");
            }
            var words = new string[count];
            for (int i = 0; i < count; i++)
            {
                words[i] = Word(field);
            }
            return words;
        }

        private long Whole(string field, long high)
        {
            return _reader.ReadInteger(field, 0, high);
        }

        private double Number(string field)
        {
            return _reader.ReadNumber(field, 0, LargestNumber);
        }

        private double[] Numbers(string field)
        {
            if (_reader.ReadList(field) != 3)
            {
                throw MsgpackReader.BadField(field, "a list of 3 numbers");
            }
            return new[] { Number(field), Number(field), Number(field) };
        }

        private static void Require(bool there, string type)
        {
            if (!there)
            {
                throw new A2FException(
                    Codes.BadField, $"{type}: a field that must be there is missing: is it an a2f-live server?");
            }
        }
    }
}

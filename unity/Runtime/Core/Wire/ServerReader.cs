// Payloads of the server to messages.
namespace A2FLive
{
    /// <summary>One end of a connection that reads: it remembers what `ready` and `configured` told.</summary>
    internal sealed class ServerReader
    {
        private readonly MsgpackReader _reader = new MsgpackReader();
        private readonly FieldReader _fields;
        private readonly FramesReader _frames;

        public ServerReader()
        {
            _fields = new FieldReader(_reader);
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
                    return Greet(ReadyReader.Read(_fields));
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

        private Ready Greet(Ready ready)
        {
            _frames.Fps = ready.Config.Fps;
            _frames.Order(ready.Names, ready.VisemeNames);
            return ready;
        }

        private Configured ReadConfigured()
        {
            var configured = new Configured();
            foreach (string field in _fields.Fields())
            {
                if (field == "config")
                {
                    configured.Config = _fields.Config();
                }
                else
                {
                    _fields.Skip();
                }
            }
            FieldReader.Require(configured.Config != null, "configured");
            _frames.Fps = configured.Config.Fps;
            return configured;
        }

        private Flushed ReadFlushed()
        {
            var flushed = new Flushed { Id = -1, Utterance = -1, Frames = -1, Seconds = -1 };
            foreach (string field in _fields.Fields())
            {
                switch (field)
                {
                    case "id":
                        flushed.Id = _fields.Whole("flushed: id", FieldReader.LargestInteger);
                        break;
                    case "utterance":
                        flushed.Utterance = (int)_fields.Whole("flushed: utterance", int.MaxValue);
                        break;
                    case "frames":
                        flushed.Frames = (int)_fields.Whole("flushed: frames", int.MaxValue);
                        break;
                    case "seconds":
                        flushed.Seconds = _fields.Number("flushed: seconds");
                        break;
                    default:
                        _fields.Skip();
                        break;
                }
            }
            FieldReader.Require(flushed.Utterance >= 0 && flushed.Frames >= 0 && flushed.Seconds >= 0, "flushed");
            return flushed;
        }

        private Cleared ReadCleared()
        {
            var cleared = new Cleared { Id = -1, Utterance = -1, DroppedMs = -1 };
            foreach (string field in _fields.Fields())
            {
                switch (field)
                {
                    case "id":
                        cleared.Id = _fields.Whole("cleared: id", FieldReader.LargestInteger);
                        break;
                    case "utterance":
                        cleared.Utterance = (int)_fields.Whole("cleared: utterance", int.MaxValue);
                        break;
                    case "dropped_ms":
                        cleared.DroppedMs = (int)_fields.Whole("cleared: dropped_ms", int.MaxValue);
                        break;
                    default:
                        _fields.Skip();
                        break;
                }
            }
            FieldReader.Require(cleared.Utterance >= 0 && cleared.DroppedMs >= 0, "cleared");
            return cleared;
        }

        private Marker ReadMarker()
        {
            var marker = new Marker { Id = -1 };
            foreach (string field in _fields.Fields())
            {
                if (field == "id")
                {
                    marker.Id = _fields.Whole("marker: id", FieldReader.LargestInteger);
                }
                else
                {
                    _fields.Skip();
                }
            }
            return marker;
        }

        private Stats ReadStats()
        {
            var stats = new Stats { ReceivedS = -1, AnsweredS = -1, RealTimeFactor = -1, FramesSent = -1, FramesDropped = -1 };
            foreach (string field in _fields.Fields())
            {
                switch (field)
                {
                    case "received_s":
                        stats.ReceivedS = _fields.Number("stats: received_s");
                        break;
                    case "answered_s":
                        stats.AnsweredS = _fields.Number("stats: answered_s");
                        break;
                    case "real_time_factor":
                        stats.RealTimeFactor = _fields.Number("stats: real_time_factor");
                        break;
                    case "queue_ms":
                        stats.QueueMs = _fields.Numbers("stats: queue_ms");
                        break;
                    case "latency_ms":
                        stats.LatencyMs = _fields.Numbers("stats: latency_ms");
                        break;
                    case "frames_sent":
                        stats.FramesSent = _fields.Whole("stats: frames_sent", FieldReader.LargestInteger);
                        break;
                    case "frames_dropped":
                        stats.FramesDropped = _fields.Whole("stats: frames_dropped", FieldReader.LargestInteger);
                        break;
                    default:
                        _fields.Skip();
                        break;
                }
            }
            FieldReader.Require(stats.ReceivedS >= 0 && stats.AnsweredS >= 0 && stats.RealTimeFactor >= 0, "stats");
            FieldReader.Require(stats.QueueMs != null && stats.LatencyMs != null, "stats");
            FieldReader.Require(stats.FramesSent >= 0 && stats.FramesDropped >= 0, "stats");
            return stats;
        }

        private Warning ReadWarning()
        {
            string code = null, message = null;
            foreach (string field in _fields.Fields())
            {
                switch (field)
                {
                    case "code":
                        code = _fields.Word("warning: code");
                        break;
                    case "message":
                        message = _fields.Sentence("warning: message");
                        break;
                    default:
                        _fields.Skip();
                        break;
                }
            }
            FieldReader.Require(code != null && message != null, "warning");
            return new Warning(code, message);
        }

        private Error ReadError()
        {
            var error = new Error();
            foreach (string field in _fields.Fields())
            {
                switch (field)
                {
                    case "code":
                        error.Code = _fields.Word("error: code");
                        break;
                    case "message":
                        error.Message = _fields.Sentence("error: message");
                        break;
                    case "fatal":
                        error.Fatal = _fields.Flag("error: fatal");
                        break;
                    case "ref":
                        error.Ref = _fields.Word("error: ref");
                        break;
                    default:
                        _fields.Skip();
                        break;
                }
            }
            FieldReader.Require(error.Code != null && error.Message != null, "error");
            return error;
        }

        private GoAway ReadGoAway()
        {
            var away = new GoAway { TimeLeftMs = -1 };
            foreach (string field in _fields.Fields())
            {
                if (field == "time_left_ms")
                {
                    away.TimeLeftMs = (int)_fields.Whole("go_away: time_left_ms", int.MaxValue);
                }
                else
                {
                    _fields.Skip();
                }
            }
            FieldReader.Require(away.TimeLeftMs >= 0, "go_away");
            return away;
        }
    }
}

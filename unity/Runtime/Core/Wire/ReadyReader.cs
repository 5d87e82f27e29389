// The first message of a server.
namespace A2FLive
{
    /// <summary>Reads `ready`.</summary>
    internal static class ReadyReader
    {
        /// <summary>The message that the reader is at the start of.</summary>
        public static Ready Read(FieldReader fields)
        {
            var ready = new Ready { Limits = new Limits(), LookaheadMs = -1 };
            foreach (string field in fields.Fields())
            {
                switch (field)
                {
                    case "protocol":
                        ready.Protocol = fields.Word("ready: protocol");
                        break;
                    case "session":
                        ready.Session = fields.Word("ready: session");
                        break;
                    case "token":
                        ready.Token = fields.Word("ready: token");
                        break;
                    case "engine":
                        ready.Engine = fields.Word("ready: engine");
                        break;
                    case "names":
                        ready.Names = fields.Words("ready: names", Arkit.Count);
                        break;
                    case "viseme_names":
                        ready.VisemeNames = fields.Words("ready: viseme_names", Arkit.VisemeCount);
                        break;
                    case "lookahead_ms":
                        ready.LookaheadMs = (int)fields.Whole("ready: lookahead_ms", 10000);
                        break;
                    case "limits":
                        ready.Limits = ReadLimits(fields);
                        break;
                    case "config":
                        ready.Config = fields.Config();
                        break;
                    case "resumed":
                        ready.Resumed = ReadResumed(fields);
                        break;
                    default:
                        fields.Skip();
                        break;
                }
            }
            FieldReader.Require(ready.Protocol != null && ready.Session != null && ready.Token != null, "ready");
            FieldReader.Require(ready.Engine != null && ready.Names != null && ready.Config != null, "ready");
            FieldReader.Require(ready.LookaheadMs >= 0, "ready");
            return ready;
        }

        private static Limits ReadLimits(FieldReader fields)
        {
            var limits = new Limits();
            foreach (string field in fields.Fields())
            {
                switch (field)
                {
                    case "message_bytes":
                        limits.MessageBytes = (int)fields.Whole("limits: message_bytes", int.MaxValue);
                        break;
                    case "burst_s":
                        limits.BurstS = fields.Number("limits: burst_s");
                        break;
                    case "rate":
                        limits.Rate = fields.Number("limits: rate");
                        break;
                    case "idle_s":
                        limits.IdleS = fields.Number("limits: idle_s");
                        break;
                    case "resume_s":
                        limits.ResumeS = fields.Number("limits: resume_s");
                        break;
                    default:
                        fields.Skip();
                        break;
                }
            }
            return limits;
        }

        private static Resumed ReadResumed(FieldReader fields)
        {
            var resumed = new Resumed { Utterance = -1, AudioBytes = -1 };
            foreach (string field in fields.Fields())
            {
                switch (field)
                {
                    case "utterance":
                        resumed.Utterance = (int)fields.Whole("resumed: utterance", int.MaxValue);
                        break;
                    case "audio_bytes":
                        resumed.AudioBytes = fields.Whole("resumed: audio_bytes", FieldReader.LargestInteger);
                        break;
                    default:
                        fields.Skip();
                        break;
                }
            }
            FieldReader.Require(resumed.Utterance >= 0 && resumed.AudioBytes >= 0, "resumed");
            return resumed;
        }
    }
}

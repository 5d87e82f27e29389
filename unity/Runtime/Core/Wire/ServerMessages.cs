// What a server says; see docs/protocol.md for every field.
namespace A2FLive
{
    /// <summary>A message of the server.</summary>
    public abstract class ServerMessage
    {
    }

    /// <summary>The first message: names once, and the effective configuration.</summary>
    public sealed class Ready : ServerMessage
    {
        /// <summary>`a2f.v1`.</summary>
        public string Protocol { get; internal set; }
        /// <summary>Name of the session.</summary>
        public string Session { get; internal set; }
        /// <summary>Secret needed to resume it.</summary>
        public string Token { get; internal set; }
        /// <summary>Name of the engine that listens.</summary>
        public string Engine { get; internal set; }
        /// <summary>Names of the weights in the order of the wire; frames are put into the order of `Arkit.Names`.</summary>
        public string[] Names { get; internal set; }
        /// <summary>Names of the visemes in the order of the wire; null where frames carry none.</summary>
        public string[] VisemeNames { get; internal set; }
        /// <summary>Milliseconds of look-ahead that the engine takes.</summary>
        public int LookaheadMs { get; internal set; }
        /// <summary>What the server accepts.</summary>
        public Limits Limits { get; internal set; }
        /// <summary>The whole effective configuration.</summary>
        public StreamConfig Config { get; internal set; }
        /// <summary>Where a resumed session stands; null in a new one.</summary>
        public Resumed Resumed { get; internal set; }
    }

    /// <summary>What a server accepts.</summary>
    public sealed class Limits
    {
        /// <summary>Bytes of the largest message.</summary>
        public int MessageBytes { get; internal set; } = 262144;
        /// <summary>Seconds of live audio that may come at once.</summary>
        public double BurstS { get; internal set; } = 10;
        /// <summary>Times real time that live audio may come at beyond the burst.</summary>
        public double Rate { get; internal set; } = 4;
        /// <summary>Seconds without a message after which a session is closed.</summary>
        public double IdleS { get; internal set; } = 300;
        /// <summary>Seconds for which a session outlives its connection.</summary>
        public double ResumeS { get; internal set; } = 30;
    }

    /// <summary>Where a resumed session stands.</summary>
    public sealed class Resumed
    {
        /// <summary>The utterance that takes audio now.</summary>
        public int Utterance { get; internal set; }
        /// <summary>Bytes of its audio that the server has.</summary>
        public long AudioBytes { get; internal set; }
    }

    /// <summary>The whole effective configuration, after a change.</summary>
    public sealed class Configured : ServerMessage
    {
        /// <summary>With the fields of `hello`.</summary>
        public StreamConfig Config { get; internal set; }
    }

    /// <summary>Every frame of an utterance has come.</summary>
    public sealed class Flushed : ServerMessage
    {
        /// <summary>Of the `flush`; -1 if it had none.</summary>
        public long Id { get; internal set; }
        /// <summary>The utterance that has ended.</summary>
        public int Utterance { get; internal set; }
        /// <summary>How many frames it had.</summary>
        public int Frames { get; internal set; }
        /// <summary>Duration of its audio.</summary>
        public double Seconds { get; internal set; }
    }

    /// <summary>The audio not yet answered has been forgotten.</summary>
    public sealed class Cleared : ServerMessage
    {
        /// <summary>Of the `clear`; -1 if it had none.</summary>
        public long Id { get; internal set; }
        /// <summary>The last utterance that was forgotten.</summary>
        public int Utterance { get; internal set; }
        /// <summary>Milliseconds of audio that got no frames.</summary>
        public int DroppedMs { get; internal set; }
    }

    /// <summary>The echo of a latency probe.</summary>
    public sealed class Marker : ServerMessage
    {
        /// <summary>Of the `marker`; -1 if it had none.</summary>
        public long Id { get; internal set; }
    }

    /// <summary>How the stream is doing, once a second where it was asked for.</summary>
    public sealed class Stats : ServerMessage
    {
        /// <summary>Seconds of audio received.</summary>
        public double ReceivedS { get; internal set; }
        /// <summary>Seconds of audio answered by frames.</summary>
        public double AnsweredS { get; internal set; }
        /// <summary>Engine time over audio time.</summary>
        public double RealTimeFactor { get; internal set; }
        /// <summary>p50, p95 and p99 of the wait for an engine, milliseconds.</summary>
        public double[] QueueMs { get; internal set; }
        /// <summary>p50, p95 and p99 from the arrival of audio to the sending of its frames, milliseconds.</summary>
        public double[] LatencyMs { get; internal set; }
        /// <summary>Frames sent.</summary>
        public long FramesSent { get; internal set; }
        /// <summary>Frames dropped because they were not read.</summary>
        public long FramesDropped { get; internal set; }
    }

    /// <summary>Something to know that does not stop the stream.</summary>
    public sealed class Warning : ServerMessage
    {
        /// <summary>A warning with one of the codes of the protocol.</summary>
        public Warning(string code, string message)
        {
            Code = code;
            Message = message;
        }

        /// <summary>A stable word for programs.</summary>
        public string Code { get; }
        /// <summary>What happened and what to do.</summary>
        public string Message { get; }
    }

    /// <summary>Something was refused.</summary>
    public sealed class Error : ServerMessage
    {
        /// <summary>A stable word for programs.</summary>
        public string Code { get; internal set; }
        /// <summary>What happened and what to do.</summary>
        public string Message { get; internal set; }
        /// <summary>Whether the connection is closed after it.</summary>
        public bool Fatal { get; internal set; }
        /// <summary>Type of the message that it answers; null if none.</summary>
        public string Ref { get; internal set; }
    }

    /// <summary>The server drains: reconnect and resume.</summary>
    public sealed class GoAway : ServerMessage
    {
        /// <summary>Milliseconds until the server closes.</summary>
        public int TimeLeftMs { get; internal set; }
    }
}

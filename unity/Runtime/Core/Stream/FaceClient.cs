// One live stream: speech in, frames of 52 weights out, over one connection after another.
using System;

namespace A2FLive
{
    /// <summary>Where a stream stands.</summary>
    public enum FaceState
    {
        /// <summary>The first connection is being made.</summary>
        Connecting,
        /// <summary>Audio goes out, frames come in.</summary>
        Open,
        /// <summary>The connection was lost and is being made good; what is said goes out later.</summary>
        Resuming,
        /// <summary>It is over: `FaceClient.End` tells why.</summary>
        Ended,
    }

    /// <summary>
    /// A stream to a server. It has no thread and no clock: call `Update` often, from one thread, with the time; every
    /// event is raised from there. When the connection is lost the stream goes on by itself, with no frame lost or
    /// doubled, as long as the server keeps the session. Sending never waits: what cannot go out now goes out later.
    /// </summary>
    public sealed partial class FaceClient : IDisposable
    {
        /// <summary>Seconds of audio kept, sent or not, before `Send` takes no more in pace `live`.</summary>
        public const double KeptS = 60;

        /// <summary>Audio under way in pace `file`: less than the 10 s for which a server can repeat its frames.</summary>
        private const double FileWindowS = 8;

        private readonly Unanswered _log;
        private readonly Position _position = new Position();
        private readonly Link _link;
        private readonly Backoff _backoff;
        private readonly StreamConfig _asked;
        private Allowance _allowance;
        private double _nowS;
        private double _openSinceS;
        private double _retryAtS;
        private long _ids;
        private int _wantedFrom;
        private bool _draining;
        private bool _closing;
        private bool _saidBye;

        /// <summary>Begin a stream. Throws `A2FException` for an address or a setting that cannot be used.</summary>
        public FaceClient(string url, StreamConfig config, string token = null, SocketFactory sockets = null, int seed = 0)
        {
            config.Validate();
            WebSockets.StreamAddress(url);
            _asked = Config = config;
            _log = new Unanswered(config.Audio);
            _backoff = new Backoff(seed);
            _link = new Link(url, token, sockets ?? WebSockets.Factory);
        }

        /// <summary>Frames have come, each exactly once. The block is valid within the call only.</summary>
        public event Action<FrameBlock> FramesReceived;
        /// <summary>The server is ready, for the first time or again after a lost connection.</summary>
        public event Action<Ready> Opened;
        /// <summary>The connection was lost; the stream goes on when it is back.</summary>
        public event Action ConnectionLost;
        /// <summary>After a resume utterances not yet begun for the server count from another number: by how much.</summary>
        public event Action<int> Renumbered;
        /// <summary>Every frame of an utterance has come.</summary>
        public event Action<Flushed> FlushAnswered;
        /// <summary>What was interrupted has been forgotten; flushes asked before have no answer of their own.</summary>
        public event Action<Cleared> ClearAnswered;
        /// <summary>A latency probe came back.</summary>
        public event Action<Marker> MarkerAnswered;
        /// <summary>How the stream is doing, where it was asked for.</summary>
        public event Action<Stats> StatsReceived;
        /// <summary>Something to know that does not stop the stream; also a message of ours that was refused.</summary>
        public event Action<Warning> Warned;
        /// <summary>The stream is over.</summary>
        public event Action<FaceEnd> Ended;

        /// <summary>Where the stream stands.</summary>
        public FaceState State { get; private set; } = FaceState.Connecting;

        /// <summary>Why the stream is over; null while it is not.</summary>
        public FaceEnd End { get; private set; }

        /// <summary>What the server said first; null before that.</summary>
        public Ready Ready { get; private set; }

        /// <summary>The effective configuration, kept up to date; what was asked for until the server has answered.</summary>
        public StreamConfig Config { get; private set; }

        /// <summary>Utterance that the audio sent next will belong to.</summary>
        public int Utterance
        {
            get { return _log.NextUtterance; }
        }

        /// <summary>Seconds of audio that have not gone out yet.</summary>
        public double WaitingS
        {
            get { return _log.WaitingS; }
        }

        /// <summary>Whether `Send` would take audio now.</summary>
        public bool HasRoom
        {
            get { return CanSay && _log.WaitingS + _log.SentS < (_asked.Pace == "live" ? KeptS : FileWindowS + 4); }
        }

        private bool CanSay
        {
            get { return State != FaceState.Ended && !_closing; }
        }

        // What the caller says

        /// <summary>
        /// Send speech in the format of the configuration; the bytes are copied. False, and nothing is taken, if the
        /// stream is over or more than a minute of audio waits already.
        /// </summary>
        public bool Send(byte[] pcm, int start, int count)
        {
            if (!HasRoom)
            {
                return false;
            }
            _log.AppendAudio(pcm, start, count);
            return true;
        }

        /// <summary>End the utterance: the rest of its frames comes, then `FlushAnswered`. Gives the id of the question.</summary>
        public long Flush()
        {
            return Ask(SaidKind.Flush);
        }

        /// <summary>Barge-in: forget the audio that has no frames yet; frames of it that still come are `Withdrawn`.</summary>
        public long Clear()
        {
            long id = Ask(SaidKind.Clear);
            _wantedFrom = _log.NextUtterance;
            return id;
        }

        /// <summary>Probe the latency: `MarkerAnswered` comes when all audio sent so far has been answered.</summary>
        public long Mark()
        {
            return Ask(SaidKind.Marker);
        }

        /// <summary>Change the face from the next frame on. Throws `A2FException` for what no server takes.</summary>
        public void Configure(Changes changes)
        {
            changes.Validate();
            if (CanSay)
            {
                _log.Append(SaidKind.Configure, -1, changes);
            }
        }

        /// <summary>End the stream once everything has been sent and answered.</summary>
        public void Close()
        {
            _closing = true;
        }

        /// <summary>End the stream at once, without what is still to come.</summary>
        public void Dispose()
        {
            Finish(FaceEnd.Of(Codes.Closed, "the stream was closed"));
        }

        /// <summary>Hear and say all that can be heard and said now. `nowS` is any clock that never goes back, in seconds.</summary>
        public void Update(double nowS)
        {
            _nowS = nowS;
            if (State == FaceState.Ended)
            {
                return;
            }
            try
            {
                if (!_link.IsDialled && nowS >= _retryAtS)
                {
                    Dial();
                }
                if (_link.IsDialled)
                {
                    Serve();
                }
            }
            catch (A2FException error)
            {
                Finish(FaceEnd.Of(error.Code, error.Message));
            }
        }

        private long Ask(SaidKind kind)
        {
            long id = ++_ids;
            if (CanSay)
            {
                _log.Append(kind, id);
            }
            return id;
        }
    }
}

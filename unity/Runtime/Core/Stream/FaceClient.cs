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
    public sealed class FaceClient : IDisposable
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

        // One connection

        private void Dial()
        {
            ResumePoint? resume = null;
            if (Ready != null)
            {
                resume = new ResumePoint
                {
                    Session = Ready.Session,
                    Token = Ready.Token,
                    Utterance = _position.Utterance,
                    Frame = _position.Index,
                };
            }
            _link.Dial(_asked, resume, _nowS);
        }

        private void Serve()
        {
            _link.Look();
            while (_link.IsDialled && _link.TryReceive(_nowS, out ServerMessage message))
            {
                Hear(message);
            }
            if (!_link.IsDialled)
            {
                return;
            }
            if (_link.HasFailed(_nowS, out FaceEnd end))
            {
                Lose(end);
            }
            else if (State == FaceState.Open && _draining && _log.IsEmpty && !_closing)
            {
                Lose(null);
            }
            else if (State == FaceState.Open)
            {
                Speak();
            }
        }

        private void Speak()
        {
            for (Said said = _log.Next; said != null && MayGo(said); said = _log.Next)
            {
                _link.Say(_log.Take());
                if (said.Kind == SaidKind.Clear)
                {
                    // Exact from here on: after a resume the server may count from another number.
                    _wantedFrom = _log.Utterance;
                }
            }
            if (_closing && !_saidBye && _log.Next == null)
            {
                _saidBye = true;
                _link.SayBye();
            }
            _link.KeepAlive(Ready.Limits.IdleS, _nowS);
        }

        private bool MayGo(Said said)
        {
            if (said.Kind != SaidKind.Audio)
            {
                return true;
            }
            double seconds = _log.Seconds(said);
            bool may = _asked.Pace == "live" ? _allowance.May(seconds, _nowS) : _log.SentS < FileWindowS;
            if (may)
            {
                _allowance.Spend(seconds);
            }
            return may;
        }

        // What the server says

        private void Hear(ServerMessage message)
        {
            if (State != FaceState.Open)
            {
                Greet(message);
            }
            else if (message is FrameBlock block)
            {
                HearFrames(block);
            }
            else if (message is Flushed flushed)
            {
                HearFlushed(flushed);
            }
            else if (message is Cleared cleared)
            {
                _log.Settle(SaidKind.Clear, cleared.Id);
                ClearAnswered?.Invoke(cleared);
            }
            else if (message is Marker marker)
            {
                HearMarker(marker);
            }
            else if (message is Configured configured)
            {
                Config = configured.Config;
                _log.SettleChange();
            }
            else
            {
                HearAside(message);
            }
        }

        private void HearAside(ServerMessage message)
        {
            if (message is Error error)
            {
                HearError(error);
            }
            else if (message is Warning warning)
            {
                Warned?.Invoke(warning);
            }
            else if (message is GoAway)
            {
                _draining = true;
            }
            else if (message is Stats stats)
            {
                StatsReceived?.Invoke(stats);
            }
        }

        private void HearFrames(FrameBlock block)
        {
            if (!_position.Keep(block))
            {
                return;
            }
            block.Withdrawn = !block.Idle && block.Utterance < _wantedFrom;
            if (!block.Idle && !block.Final)
            {
                _log.Heard(block.Utterance, block.TimeOf(block.Count - 1));
            }
            FramesReceived?.Invoke(block);
        }

        private void HearFlushed(Flushed flushed)
        {
            // One without an id comes with the end of the stream, which is told by itself.
            if (flushed.Id >= 0)
            {
                _log.Settle(SaidKind.Flush, flushed.Id);
                FlushAnswered?.Invoke(flushed);
            }
        }

        private void HearMarker(Marker marker)
        {
            // Those without an id are the link's own, to see whether the network still carries.
            if (marker.Id >= 0)
            {
                _log.Settle(SaidKind.Marker, marker.Id);
                MarkerAnswered?.Invoke(marker);
            }
        }

        private void HearError(Error error)
        {
            if (error.Fatal)
            {
                Finish(FaceEnd.Of(error.Code, error.Message));
                return;
            }
            if (error.Ref == "configure")
            {
                _log.SettleChange();
            }
            Warned?.Invoke(new Warning(error.Code, error.Message));
        }

        private void Greet(ServerMessage message)
        {
            if (message is Error error)
            {
                Refuse(FaceEnd.Of(error.Code, error.Message));
                return;
            }
            if (!(message is Ready))
            {
                throw new A2FException(
                    Codes.Protocol, "the server began with something else than ready: is it an a2f-live server?");
            }
            bool resuming = Ready != null;
            Ready = (Ready)message;
            if (resuming)
            {
                Resume();
            }
            else
            {
                _allowance = new Allowance(Ready.Limits.BurstS, Ready.Limits.Rate, _nowS);
            }
            Config = Ready.Config;
            _draining = _saidBye = false;
            _openSinceS = _nowS;
            State = FaceState.Open;
            Opened?.Invoke(Ready);
        }

        private void Resume()
        {
            if (Ready.Resumed == null)
            {
                throw new A2FException(Codes.SessionExpired, "the server no longer knows the session: begin a new stream");
            }
            int before = _log.NextUtterance;
            _log.Resume(Ready.Resumed.Utterance, Ready.Resumed.AudioBytes);
            int by = _log.NextUtterance - before;
            if (by != 0)
            {
                _wantedFrom += by;
                Renumbered?.Invoke(by);
            }
        }

        // The end of a connection, and of the stream

        private void Lose(FaceEnd end)
        {
            const double steadyS = 1;
            bool wasOpen = State == FaceState.Open;
            if (end != null)
            {
                Refuse(end);
            }
            else if (_closing && _log.IsEmpty)
            {
                Finish(FaceEnd.Of(Codes.Closed, "the stream was closed"));
            }
            else if (Ready == null)
            {
                Finish(FaceEnd.Of(Codes.ConnectionLost, _link.Reason));
            }
            else
            {
                if (wasOpen && _nowS - _openSinceS >= steadyS)
                {
                    _backoff.Reset();
                }
                Retry();
                if (wasOpen)
                {
                    ConnectionLost?.Invoke();
                }
            }
        }

        /// <summary>A server that is full may have room before patience ends; every other refusal is the end.</summary>
        private void Refuse(FaceEnd end)
        {
            if (Ready != null && State == FaceState.Resuming && end.Advice == Advice.Wait)
            {
                Retry();
            }
            else
            {
                Finish(end);
            }
        }

        private void Retry()
        {
            _link.Drop(forGood: false);
            State = FaceState.Resuming;
            double delayS = _backoff.DelayS(_nowS, Ready.Limits.ResumeS);
            _retryAtS = _nowS + delayS;
            if (delayS < 0)
            {
                Finish(FaceEnd.Of(
                    Codes.ConnectionLost,
                    $"the connection was lost and did not come back within {Ready.Limits.ResumeS} s: begin a new stream"));
            }
        }

        private void Finish(FaceEnd end)
        {
            if (State == FaceState.Ended)
            {
                return;
            }
            State = FaceState.Ended;
            End = end;
            _link.Drop(forGood: true);
            Ended?.Invoke(end);
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

// One WebSocket after another to one server: dialled, greeted, spoken through, watched.
using System;

namespace A2FLive
{
    /// <summary>Messages in and out of the WebSocket of the moment.</summary>
    internal sealed class Link
    {
        private const double OpenTimeoutS = 10;
        private const double ProbeAfterS = 5;
        private const double DeadAfterS = 15;
        private const double LongestFrameS = 1;
        private const int NormalClosure = 1000;

        private readonly string _url;
        private readonly string _token;
        private readonly SocketFactory _sockets;
        private readonly ClientWriter _writer = new ClientWriter();
        private IWebSocket _socket;
        private ServerReader _reader;
        private StreamConfig _config;
        private ResumePoint? _resume;
        private bool _saidHello;
        private bool _greeted;
        private bool _probing;
        private bool _ended;
        private double _dialledAtS;
        private double _heardAtS;
        private double _saidAtS;
        private double _seenAtS;

        public Link(string url, string token, SocketFactory sockets)
        {
            _url = url;
            _token = token;
            _sockets = sockets;
        }

        public bool IsDialled
        {
            get { return _socket != null; }
        }

        /// <summary>Why the connection failed, as far as is known.</summary>
        public string Reason { get; private set; } = "";

        public void Dial(StreamConfig config, ResumePoint? resume, double nowS)
        {
            _config = config;
            _resume = resume;
            _saidHello = _greeted = _probing = false;
            _dialledAtS = _heardAtS = _saidAtS = _seenAtS = nowS;
            _reader = new ServerReader();
            _socket = _sockets(_url, _token);
        }

        /// <summary>Leave the connection; the server ends the session only if that is for good.</summary>
        public void Drop(bool forGood)
        {
            if (_socket == null)
            {
                return;
            }
            if (forGood && _socket.State == SocketState.Open)
            {
                _socket.Close(NormalClosure, "");
            }
            else
            {
                _socket.Dispose();
            }
            _socket = null;
        }

        /// <summary>See whether the connection has ended, before what it brought is taken: nothing may come in between.</summary>
        public void Look()
        {
            _ended = _socket.State == SocketState.Closed;
        }

        /// <summary>The next message that we know. A message that cannot be read is a warning, unless it ends the connection.</summary>
        public bool TryReceive(double nowS, out ServerMessage message)
        {
            message = null;
            if (!_saidHello && _socket.State == SocketState.Open)
            {
                SayHello();
            }
            while (message == null && _socket != null && _socket.TryReceive(out Payload payload))
            {
                _heardAtS = nowS;
                _probing = false;
                message = Read(payload);
                _greeted |= message is Ready;
            }
            return message != null;
        }

        /// <summary>Whether the connection has ended; `end` says so if the stream has ended with it.</summary>
        public bool HasFailed(double nowS, out FaceEnd end)
        {
            end = null;
            // A program that stood still has heard nothing and is no sign of a dead network.
            double stoodStillS = Math.Max(0, nowS - _seenAtS - LongestFrameS);
            _heardAtS += stoodStillS;
            _dialledAtS += stoodStillS;
            _seenAtS = nowS;
            if (_ended)
            {
                end = Refusal() ?? FaceEnd.OfClose(_socket.CloseCode, _socket.CloseReason);
                Reason = _saidHello
                    ? $"the connection to {_url} was lost: {_socket.CloseReason}"
                    : $"no server answers at {_url}: start one with a2f-live serve ({_socket.CloseReason})";
                return true;
            }
            bool dead = _greeted ? nowS - _heardAtS > DeadAfterS : nowS - _dialledAtS > OpenTimeoutS;
            Reason = dead ? $"{_url} does not answer any more" : Reason;
            return dead;
        }

        public void Say(Said said)
        {
            switch (said.Kind)
            {
                case SaidKind.Audio:
                    _writer.Audio(said.Pcm, said.Start, said.Count);
                    break;
                case SaidKind.Flush:
                    _writer.Question("flush", said.Id);
                    break;
                case SaidKind.Clear:
                    _writer.Question("clear", said.Id);
                    break;
                case SaidKind.Marker:
                    _writer.Question("marker", said.Id);
                    break;
                default:
                    _writer.Configure(said.Changes);
                    break;
            }
            Send();
        }

        public void SayBye()
        {
            _writer.Plain("bye");
            Send();
        }

        /// <summary>Ask for a sign of life where none came for long, and give one before the server misses it.</summary>
        public void KeepAlive(double idleS, double nowS)
        {
            const int keepalivesPerLimit = 3;
            if (!_probing && nowS - _heardAtS > ProbeAfterS)
            {
                _probing = true;
                _writer.Question("marker", -1);
                Send();
                _saidAtS = nowS;
            }
            else if (nowS - _saidAtS > idleS / keepalivesPerLimit)
            {
                _writer.Plain("keepalive");
                Send();
                _saidAtS = nowS;
            }
        }

        private void SayHello()
        {
            string chosen = _socket.Subprotocol;
            if (chosen != null && chosen != WebSockets.Subprotocol)
            {
                throw new A2FException(
                    Codes.Protocol, $"{_url} does not speak {WebSockets.Subprotocol}: is it an a2f-live server?");
            }
            _saidHello = true;
            _writer.Hello(_config, _resume);
            Send();
        }

        private void Send()
        {
            _socket.Send(_writer.Data, 0, _writer.Count);
        }

        private ServerMessage Read(Payload payload)
        {
            try
            {
                if (payload.IsText)
                {
                    throw new A2FException(Codes.WrongFrame, "the server sent a text frame: is it an a2f-live server?");
                }
                return _reader.Read(payload.Data, 0, payload.Count);
            }
            catch (A2FException error) when (!error.Fatal && _greeted)
            {
                return new Warning(error.Code, error.Message);
            }
            finally
            {
                _socket.Recycle(payload);
            }
        }

        /// <summary>What an HTTP status in the place of an upgrade means; null if there was none.</summary>
        private FaceEnd Refusal()
        {
            switch (_socket.RefusalStatus)
            {
                case 401:
                    return FaceEnd.Of(Codes.BadToken, $"{_url} asks for a token and got none that it knows: give the right one");
                case 403:
                    return FaceEnd.Of(Codes.NotAllowed, $"{_url} did not let us in: its settings say which hosts and origins it accepts");
                case 429:
                case 503:
                    return FaceEnd.Of(Codes.ServerFull, $"{_url} has no room for another session now: try again later");
                default:
                    return null;
            }
        }
    }
}

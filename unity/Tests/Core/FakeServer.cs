// A server within a test: sockets that it opens, cuts and speaks through by hand.
using System.Collections.Generic;
using System.Linq;

namespace A2FLive.Tests
{
    /// <summary>One WebSocket whose other end is the test.</summary>
    internal sealed class FakeSocket : IWebSocket
    {
        private readonly Queue<Payload> _came = new Queue<Payload>();

        public List<Dictionary<string, object>> Sent { get; } = new List<Dictionary<string, object>>();
        public SocketState State { get; set; }
        public string Subprotocol { get; set; } = WebSockets.Subprotocol;
        public int CloseCode { get; set; } = 1006;
        public string CloseReason { get; set; } = "";
        public int RefusalStatus { get; set; }
        public int WaitingBytes { get; set; }
        public bool IsDropped { get; private set; }
        public int ClosedWith { get; private set; }
        public int Recycled { get; private set; }

        public void Send(byte[] data, int start, int count)
        {
            var reader = new MsgpackReader();
            reader.Open(data, start, count);
            Sent.Add((Dictionary<string, object>)reader.ReadValue());
        }

        public bool TryReceive(out Payload payload)
        {
            bool any = _came.Count > 0;
            payload = any ? _came.Dequeue() : default(Payload);
            return any;
        }

        public void Recycle(Payload payload)
        {
            Recycled++;
        }

        public void Close(int code, string reason)
        {
            ClosedWith = code;
            IsDropped = true;
        }

        public void Dispose()
        {
            IsDropped = true;
        }

        /// <summary>The server says something.</summary>
        public void Tell(params object[] pairs)
        {
            var writer = new MsgpackWriter();
            writer.Value(FakeServer.Map(pairs));
            _came.Enqueue(new Payload(writer.Data.Take(writer.Count).ToArray(), writer.Count, false));
        }

        public void TellBytes(byte[] data, bool isText = false)
        {
            _came.Enqueue(new Payload(data, data.Length, isText));
        }

        /// <summary>Types of what was sent.</summary>
        public string Types
        {
            get { return string.Join(" ", Sent.Select(message => (string)message["type"])); }
        }

        public void End(int code = 1006, string reason = "")
        {
            CloseCode = code;
            CloseReason = reason;
            State = SocketState.Closed;
        }
    }

    /// <summary>Makes the sockets and greets their clients.</summary>
    internal sealed class FakeServer
    {
        public List<FakeSocket> Sockets { get; } = new List<FakeSocket>();

        public FakeSocket Last
        {
            get { return Sockets[Sockets.Count - 1]; }
        }

        public IWebSocket Dial(string url, string token)
        {
            Sockets.Add(new FakeSocket());
            return Last;
        }

        /// <summary>Open the newest socket and say ready; the client must be updated before and after.</summary>
        public void Greet(Dictionary<string, object> resumed = null, Dictionary<string, object> limits = null)
        {
            Last.State = SocketState.Open;
            var pairs = new List<object>
            {
                "type", "ready", "protocol", "a2f.v1", "session", "s", "token", "t", "engine", "fake",
                "names", Arkit.Names.ToList(), "lookahead_ms", 40, "config", Map("fps", new List<object> { 30, 1 }),
                "limits", limits ?? Map("resume_s", 30.0, "burst_s", 10.0, "rate", 4.0, "idle_s", 300.0),
                "resumed", resumed,
            };
            Last.Tell(pairs.ToArray());
        }

        /// <summary>Frames whose weights tell which ones they are.</summary>
        public void Frames(int utterance, int first, int count, bool idle = false, bool final = false)
        {
            var rows = new List<object>();
            for (int i = first; i < first + count; i++)
            {
                rows.Add(Enumerable.Repeat((object)(i / 1024.0), Arkit.Count).ToList());
            }
            Last.Tell(
                "type", "frames", "utterance", utterance, "index", first, "count", count, "time", first / 30.0,
                "weights", rows, "idle", idle ? (object)true : null, "final", final ? (object)true : null);
        }

        public static Dictionary<string, object> Map(params object[] pairs)
        {
            var map = new Dictionary<string, object>();
            for (int i = 0; i < pairs.Length; i += 2)
            {
                map[(string)pairs[i]] = pairs[i + 1];
            }
            return map;
        }
    }
}

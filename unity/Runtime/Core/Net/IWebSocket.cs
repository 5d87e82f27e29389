// The one thing that the core needs from a network: a WebSocket that is asked, never calls.
using System;

namespace A2FLive
{
    /// <summary>Where a WebSocket stands.</summary>
    public enum SocketState
    {
        /// <summary>Not open yet.</summary>
        Connecting,
        /// <summary>Messages go both ways.</summary>
        Open,
        /// <summary>It has ended, or never opened; messages that came before may still wait to be taken.</summary>
        Closed,
    }

    /// <summary>
    /// One WebSocket, connecting from the moment it is made. No method waits and none throws for what the network does;
    /// all are called from one thread. Messages that came are taken one by one. `Dispose` drops the connection at once, and
    /// never with code 1000, which would end the session for good.
    /// </summary>
    public interface IWebSocket : IDisposable
    {
        /// <summary>Where it stands.</summary>
        SocketState State { get; }

        /// <summary>The subprotocol that the server chose; null where this cannot be known.</summary>
        string Subprotocol { get; }

        /// <summary>Once closed: the server's close code, 1006 if the connection was lost.</summary>
        int CloseCode { get; }

        /// <summary>Once closed: what the server, or the network, said about it.</summary>
        string CloseReason { get; }

        /// <summary>HTTP status of a server that refused the upgrade; 0 where there was none, or it cannot be known.</summary>
        int RefusalStatus { get; }

        /// <summary>Bytes that were given to `Send` and have not gone out yet.</summary>
        int WaitingBytes { get; }

        /// <summary>Let one binary message go out; the bytes are copied.</summary>
        void Send(byte[] data, int start, int count);

        /// <summary>Take the oldest message that came; false if none waits. Give it back with `Recycle` when it was read.</summary>
        bool TryReceive(out Payload payload);

        /// <summary>A message that was read: its array is used again.</summary>
        void Recycle(Payload payload);

        /// <summary>Close in good order, without waiting for it; what does not answer is dropped soon after.</summary>
        void Close(int code, string reason);
    }

    /// <summary>One message as it came.</summary>
    public struct Payload
    {
        /// <summary>A message of so many bytes at the start of an array.</summary>
        public Payload(byte[] data, int count, bool isText)
        {
            Data = data;
            Count = count;
            IsText = isText;
        }

        /// <summary>Holds the message at its start.</summary>
        public byte[] Data { get; }
        /// <summary>Bytes of the message.</summary>
        public int Count { get; }
        /// <summary>Whether it came as a text frame.</summary>
        public bool IsText { get; }
    }

    /// <summary>Makes a WebSocket that connects to an address, with the token, if any, where this kind can put it.</summary>
    public delegate IWebSocket SocketFactory(string url, string token);
}

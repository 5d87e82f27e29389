// The WebSocket of a browser, through the package com.endel.nativewebsocket: for WebGL, where .NET has none.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;
using NativeWebSocket;
using UnityEngine;

namespace A2FLive
{
    /// <summary>A WebSocket of NativeWebSocket. In WebGL it is used by itself once that package is installed.</summary>
    public sealed class NativeSocket : IWebSocket
    {
        private const int Lost = 1006;
        /// <summary>A browser cannot drop a connection; it may close with a code of the program's own.</summary>
        private const int Dropped = 4000;

        private readonly Queue<Payload> _came = new Queue<Payload>();
        private readonly WebSocket _socket;

        /// <summary>Begin to connect; the token goes beside the subprotocol, because a browser cannot set headers.</summary>
        public NativeSocket(string url, string token)
        {
            var subprotocols = new List<string> { WebSockets.Subprotocol };
            if (!string.IsNullOrEmpty(token))
            {
                subprotocols.Add(WebSockets.TokenEntry(token));
            }
            _socket = new WebSocket(WebSockets.StreamAddress(url).ToString(), subprotocols);
            _socket.OnOpen += () => State = SocketState.Open;
            _socket.OnMessage += data => _came.Enqueue(new Payload(data, data.Length, false));
            _socket.OnError += message => CloseReason = message;
            _socket.OnClose += code => End((int)code);
            Watch(_socket.Connect());
        }

        /// <inheritdoc/>
        public SocketState State { get; private set; } = SocketState.Connecting;

        /// <summary>Not told by NativeWebSocket: what the server says first shows what it speaks.</summary>
        public string Subprotocol
        {
            get { return null; }
        }

        /// <inheritdoc/>
        public int CloseCode { get; private set; } = Lost;

        /// <inheritdoc/>
        public string CloseReason { get; private set; } = "";

        /// <summary>A browser does not tell.</summary>
        public int RefusalStatus
        {
            get { return 0; }
        }

        /// <summary>Not told by NativeWebSocket.</summary>
        public int WaitingBytes
        {
            get { return 0; }
        }

        /// <inheritdoc/>
        public void Send(byte[] data, int start, int count)
        {
            if (State == SocketState.Open)
            {
                var copy = new byte[count];
                Buffer.BlockCopy(data, start, copy, 0, count);
                Watch(_socket.Send(copy));
            }
        }

        /// <inheritdoc/>
        public bool TryReceive(out Payload payload)
        {
#if !UNITY_WEBGL || UNITY_EDITOR
            _socket.DispatchMessageQueue();
#endif
            bool any = _came.Count > 0;
            payload = any ? _came.Dequeue() : default(Payload);
            return any;
        }

        /// <summary>Each message has an array of its own here.</summary>
        public void Recycle(Payload payload)
        {
        }

        /// <inheritdoc/>
        public void Close(int code, string reason)
        {
            try
            {
                Watch(_socket.Close((WebSocketCloseCode)code, reason));
            }
            catch (NativeWebSocket.WebSocketException)
            {
                // It has ended already.
                End(Lost);
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            Close(Dropped, "");
            End(Lost);
        }

        private void End(int code)
        {
            if (State != SocketState.Closed)
            {
                // Codes that NativeWebSocket does not know come as 1004; the server has told why before it closed.
                CloseCode = code == (int)WebSocketCloseCode.Undefined ? Lost : code;
                State = SocketState.Closed;
            }
        }

        /// <summary>A call of NativeWebSocket that fails later is the end of the connection.</summary>
        private async void Watch(Task call)
        {
            try
            {
                await call;
            }
            catch (Exception failed)
            {
                CloseReason = failed.Message;
                End(Lost);
            }
        }

#if UNITY_WEBGL && !UNITY_EDITOR
        [RuntimeInitializeOnLoadMethod(RuntimeInitializeLoadType.BeforeSceneLoad)]
        private static void Use()
        {
            WebSockets.Factory = (url, token) => new NativeSocket(url, token);
        }
#endif
    }
}

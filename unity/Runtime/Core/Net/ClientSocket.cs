// The built-in WebSocket: System.Net.WebSockets.ClientWebSocket, everywhere but in WebGL.
using System;
using System.Collections.Generic;
using System.Net;
using System.Net.WebSockets;
using System.Threading;
using System.Threading.Tasks;

namespace A2FLive
{
    /// <summary>Connects, reads and writes on threads of its own, and keeps what came until it is taken.</summary>
    public sealed class ClientSocket : IWebSocket
    {
        private const int CloseWaitMs = 2000;
        private const int AnswerWaitMs = 500;
        private const int ProbeWaitMs = 3000;

        private readonly object _lock = new object();
        private readonly ClientWebSocket _socket = new ClientWebSocket();
        private readonly CancellationTokenSource _end = new CancellationTokenSource();
        private readonly SemaphoreSlim _news = new SemaphoreSlim(0);
        private readonly Queue<Payload> _came = new Queue<Payload>();
        private readonly Queue<Payload> _going = new Queue<Payload>();
        private readonly Stack<byte[]> _free = new Stack<byte[]>();
        private readonly string _token;
        private byte[] _incoming = new byte[16 * 1024];
        private SocketState _state = SocketState.Connecting;
        private int _closeWith;
        private string _closeText;

        /// <summary>Begin to connect; the token goes into a header.</summary>
        public ClientSocket(string url, string token)
        {
            Uri address = WebSockets.StreamAddress(url);
            _token = token;
            _socket.Options.AddSubProtocol(WebSockets.Subprotocol);
            if (!string.IsNullOrEmpty(token))
            {
                _socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
            }
            Running = Task.Run(() => Run(address));
        }

        /// <summary>Ends when nothing of this WebSocket runs any more.</summary>
        internal Task Running { get; }

        /// <inheritdoc/>
        public SocketState State
        {
            get
            {
                lock (_lock)
                {
                    return _state;
                }
            }
        }

        /// <inheritdoc/>
        public string Subprotocol { get; private set; }

        /// <inheritdoc/>
        public int CloseCode { get; private set; }

        /// <inheritdoc/>
        public string CloseReason { get; private set; } = "";

        /// <inheritdoc/>
        public int RefusalStatus { get; private set; }

        /// <inheritdoc/>
        public int WaitingBytes { get; private set; }

        /// <inheritdoc/>
        public void Send(byte[] data, int start, int count)
        {
            lock (_lock)
            {
                byte[] copy = Spare(count);
                Buffer.BlockCopy(data, start, copy, 0, count);
                _going.Enqueue(new Payload(copy, count, false));
                WaitingBytes += count;
            }
            _news.Release();
        }

        /// <inheritdoc/>
        public bool TryReceive(out Payload payload)
        {
            lock (_lock)
            {
                bool any = _came.Count > 0;
                payload = any ? _came.Dequeue() : default(Payload);
                return any;
            }
        }

        /// <inheritdoc/>
        public void Recycle(Payload payload)
        {
            lock (_lock)
            {
                _free.Push(payload.Data);
            }
        }

        /// <inheritdoc/>
        public void Close(int code, string reason)
        {
            lock (_lock)
            {
                _closeWith = code;
                _closeText = reason;
            }
            _news.Release();
            _end.CancelAfter(CloseWaitMs);
        }

        /// <summary>Drop the connection at once.</summary>
        public void Dispose()
        {
            _end.Cancel();
        }

        // The threads' side

        private async Task Run(Uri address)
        {
            int code = 1006;
            string reason = "the connection was lost";
            try
            {
                await Connect(address).ConfigureAwait(false);
                Opened();
                Task writing = Write();
                await Read().ConfigureAwait(false);
                code = (int)(_socket.CloseStatus ?? (WebSocketCloseStatus)1006);
                reason = _socket.CloseStatusDescription ?? "";
                _end.Cancel();
                await writing.ConfigureAwait(false);
            }
            catch (Exception failed)
            {
                // Whatever the network does must end here: it is told as the end of the connection.
                reason = failed.GetBaseException().Message;
                await Ask(address, failed).ConfigureAwait(false);
            }
            Ended(code, reason);
        }

        /// <summary>A connection that is being made does not heed its token everywhere, so it is left to itself at the end.</summary>
        private async Task Connect(Uri address)
        {
            Task connecting = _socket.ConnectAsync(address, _end.Token);
            Task left = Task.Delay(Timeout.Infinite, _end.Token);
            if (await Task.WhenAny(connecting, left).ConfigureAwait(false) == left)
            {
                Forget(connecting);
            }
            _end.Token.ThrowIfCancellationRequested();
            await connecting.ConfigureAwait(false);
        }

        private static void Forget(Task task)
        {
            task.ContinueWith(ended => ended.Exception, TaskContinuationOptions.OnlyOnFaulted);
        }

        private void Opened()
        {
            lock (_lock)
            {
                Subprotocol = _socket.SubProtocol;
                _state = SocketState.Open;
            }
        }

        private void Ended(int code, string reason)
        {
            lock (_lock)
            {
                CloseCode = code;
                CloseReason = reason;
                _state = SocketState.Closed;
            }
            _end.Cancel();
            _socket.Dispose();
        }

        private async Task Read()
        {
            int count = 0;
            while (true)
            {
                if (count == _incoming.Length)
                {
                    Array.Resize(ref _incoming, 2 * _incoming.Length);
                }
                var room = new ArraySegment<byte>(_incoming, count, _incoming.Length - count);
                WebSocketReceiveResult part = await _socket.ReceiveAsync(room, _end.Token).ConfigureAwait(false);
                if (part.MessageType == WebSocketMessageType.Close)
                {
                    await AnswerClose().ConfigureAwait(false);
                    return;
                }
                count += part.Count;
                if (count > WebSockets.LargestMessage)
                {
                    throw new WebSocketException("the server sent a message larger than 4 MiB");
                }
                if (part.EndOfMessage)
                {
                    Keep(count, part.MessageType == WebSocketMessageType.Text);
                    count = 0;
                }
            }
        }

        private void Keep(int count, bool isText)
        {
            lock (_lock)
            {
                byte[] copy = Spare(count);
                Buffer.BlockCopy(_incoming, 0, copy, 0, count);
                _came.Enqueue(new Payload(copy, count, isText));
            }
        }

        /// <summary>Some servers hang up late: we answer, and do not wait for that.</summary>
        private async Task AnswerClose()
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                Task answering = _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", _end.Token);
                if (await Task.WhenAny(answering, Task.Delay(AnswerWaitMs)).ConfigureAwait(false) == answering)
                {
                    await answering.ConfigureAwait(false);
                }
                else
                {
                    Forget(answering);
                }
            }
        }

        private async Task Write()
        {
            try
            {
                while (true)
                {
                    await _news.WaitAsync(_end.Token).ConfigureAwait(false);
                    if (!Next(out Payload payload))
                    {
                        await _socket.CloseOutputAsync((WebSocketCloseStatus)_closeWith, _closeText, _end.Token)
                            .ConfigureAwait(false);
                        return;
                    }
                    var data = new ArraySegment<byte>(payload.Data, 0, payload.Count);
                    await _socket.SendAsync(data, WebSocketMessageType.Binary, true, _end.Token).ConfigureAwait(false);
                    Sent(payload);
                }
            }
            catch (Exception failed) when (failed is OperationCanceledException || failed is WebSocketException
                || failed is InvalidOperationException || failed is System.IO.IOException)
            {
                // The reader is told the same, and what the server said before it.
                _end.CancelAfter(CloseWaitMs);
            }
        }

        /// <summary>The oldest message that waits; none is left when it is time to close.</summary>
        private bool Next(out Payload payload)
        {
            lock (_lock)
            {
                bool any = _going.Count > 0;
                payload = any ? _going.Dequeue() : default(Payload);
                return any;
            }
        }

        private void Sent(Payload payload)
        {
            lock (_lock)
            {
                WaitingBytes -= payload.Count;
                _free.Push(payload.Data);
            }
        }

        private byte[] Spare(int count)
        {
            byte[] spare = _free.Count > 0 ? _free.Pop() : null;
            return spare != null && spare.Length >= count ? spare : new byte[Math.Max(count, 2048)];
        }

        /// <summary>ClientWebSocket does not tell the status of a refusal, so ask again without an upgrade.</summary>
        private async Task Ask(Uri address, Exception failed)
        {
            if (State != SocketState.Connecting || _end.IsCancellationRequested || !(failed is WebSocketException)
                || failed.GetBaseException() is System.Net.Sockets.SocketException)
            {
                return;
            }
            try
            {
                var plain = new UriBuilder(address) { Scheme = address.Scheme == "wss" ? "https" : "http" };
                var request = (HttpWebRequest)WebRequest.Create(plain.Uri);
                if (!string.IsNullOrEmpty(_token))
                {
                    request.Headers["Authorization"] = "Bearer " + _token;
                }
                Task<WebResponse> answer = request.GetResponseAsync();
                if (await Task.WhenAny(answer, Task.Delay(ProbeWaitMs, _end.Token)).ConfigureAwait(false) != answer)
                {
                    request.Abort();
                }
                using (await answer.ConfigureAwait(false))
                {
                }
            }
            catch (WebException refused)
            {
                using (var response = refused.Response as HttpWebResponse)
                {
                    RefusalStatus = response == null ? 0 : (int)response.StatusCode;
                }
            }
            catch (Exception other) when (!(other is OutOfMemoryException))
            {
                // The question was a courtesy: the connection has failed for the reason that is told anyway.
                RefusalStatus = 0;
            }
        }
    }
}

// The names of the package com.endel.nativewebsocket, versions 1 and 2, that the adapter uses.
using System;
using System.Collections.Generic;
using System.Threading.Tasks;

namespace NativeWebSocket
{
    public delegate void WebSocketOpenEventHandler();

    public delegate void WebSocketMessageEventHandler(byte[] data);

    public delegate void WebSocketErrorEventHandler(string errorMsg);

    public delegate void WebSocketCloseEventHandler(WebSocketCloseCode closeCode);

    public enum WebSocketCloseCode
    {
        Normal = 1000,
        Undefined = 1004,
        Abnormal = 1006,
    }

    public class WebSocketException : Exception
    {
        public WebSocketException(string message) : base(message)
        {
        }
    }

    /// <summary>The newest one is driven by the test.</summary>
    public class WebSocket
    {
        public event WebSocketOpenEventHandler OnOpen;
        public event WebSocketMessageEventHandler OnMessage;
        public event WebSocketErrorEventHandler OnError;
        public event WebSocketCloseEventHandler OnClose;

        public WebSocket(string url, List<string> subprotocols, Dictionary<string, string> headers = null)
        {
            Url = url;
            Subprotocols = subprotocols;
            Last = this;
        }

        public static WebSocket Last { get; private set; }
        public string Url { get; }
        public List<string> Subprotocols { get; }
        public List<byte[]> Sent { get; } = new List<byte[]>();
        public bool Breaks { get; set; }
        public int ClosedWith { get; private set; }
        public int Dispatched { get; private set; }

        public Task Connect()
        {
            return Task.CompletedTask;
        }

        public Task Close(WebSocketCloseCode code = WebSocketCloseCode.Normal, string reason = null)
        {
            ClosedWith = (int)code;
            return Breaks ? throw new WebSocketException("it is closed already") : Task.CompletedTask;
        }

        public Task Send(byte[] data)
        {
            Sent.Add(data);
            return Breaks ? Task.FromException(new WebSocketException("it broke")) : Task.CompletedTask;
        }

        public void DispatchMessageQueue()
        {
            Dispatched++;
        }

        public void Open()
        {
            OnOpen?.Invoke();
        }

        public void Say(byte[] data)
        {
            OnMessage?.Invoke(data);
        }

        public void End(int code, string message)
        {
            OnError?.Invoke(message);
            OnClose?.Invoke((WebSocketCloseCode)code);
        }
    }
}

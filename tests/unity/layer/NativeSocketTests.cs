using System.Linq;
using System.Text;
using NativeWebSocket;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class NativeSocketTests
    {
        private NativeSocket _socket;

        [SetUp]
        public void Dial()
        {
            _socket = new NativeSocket("localhost:8000", "secret");
        }

        [Test]
        public void ItDialsWithTheTokenBesideTheProtocol()
        {
            Assert.That(WebSocket.Last.Url, Is.EqualTo("ws://localhost:8000/v1/stream"));
            Assert.That(WebSocket.Last.Subprotocols, Is.EqualTo(new[] { "a2f.v1.msgpack", "a2f.token.c2VjcmV0" }));
            Assert.That(_socket.State, Is.EqualTo(SocketState.Connecting));
        }

        [Test]
        public void MessagesGoBothWays()
        {
            WebSocket.Last.Open();
            Assert.That(_socket.State, Is.EqualTo(SocketState.Open));
            _socket.Send(Encoding.ASCII.GetBytes("xhellox"), 1, 5);
            Assert.That(Encoding.ASCII.GetString(WebSocket.Last.Sent.Single()), Is.EqualTo("hello"));
            WebSocket.Last.Say(new byte[] { 1, 2 });
            Assert.That(_socket.TryReceive(out Payload payload), Is.True);
            Assert.That(payload.Data.Take(payload.Count), Is.EqualTo(new byte[] { 1, 2 }));
            Assert.That(_socket.TryReceive(out payload), Is.False);
            Assert.That(WebSocket.Last.Dispatched, Is.EqualTo(2));
        }

        [TestCase(1000, 1000)]
        [TestCase(1004, 1006)]
        public void ItsEndIsTold(int code, int told)
        {
            WebSocket.Last.Open();
            WebSocket.Last.End(code, "why");
            Assert.That(_socket.State, Is.EqualTo(SocketState.Closed));
            Assert.That(_socket.CloseCode, Is.EqualTo(told));
            Assert.That(_socket.CloseReason, Is.EqualTo("why"));
        }

        [Test]
        public void WhatBreaksIsTheEndOfTheConnection()
        {
            WebSocket.Last.Open();
            WebSocket.Last.Breaks = true;
            _socket.Send(new byte[1], 0, 1);
            Assert.That(_socket.State, Is.EqualTo(SocketState.Closed));
            Assert.That(_socket.CloseReason, Is.EqualTo("it broke"));
            Assert.DoesNotThrow(() => _socket.Dispose());
            Assert.That(WebSocket.Last.ClosedWith, Is.EqualTo(4000), "1000 would end the session");
        }
    }
}

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using NUnit.Framework;

namespace A2FLive.Tests
{
    /// <summary>The built-in WebSocket against a server of a few lines: what it leaves behind, and what it tells.</summary>
    [TestFixture]
    public sealed class SocketTests
    {
        private const int PatienceMs = 20000;

        private TcpListener _listener;
        private ClientSocket _socket;

        [SetUp]
        public void Listen()
        {
            _listener = new TcpListener(IPAddress.Loopback, 0);
            _listener.Start();
        }

        [TearDown]
        public void NothingIsLeftRunning()
        {
            _socket.Dispose();
            Assert.That(_socket.Running.Wait(PatienceMs), Is.True);
            Assert.That(_socket.State, Is.EqualTo(SocketState.Closed));
            _listener.Stop();
        }

        [Test]
        public void AServerThatNeverAnswersCanBeLeft()
        {
            Dial();
            using (_listener.AcceptTcpClient())
            {
                Assert.That(_socket.State, Is.EqualTo(SocketState.Connecting));
                _socket.Dispose();
                Assert.That(_socket.Running.Wait(PatienceMs), Is.True);
            }
        }

        [Test]
        public void AServerThatHangsUpIsALoss()
        {
            Dial();
            Accept().Close();
            Until(() => _socket.State == SocketState.Closed);
            Assert.That(_socket.CloseCode, Is.EqualTo(1006));
        }

        [Test]
        public void NobodyThereIsALoss()
        {
            _listener.Stop();
            Dial();
            Until(() => _socket.State == SocketState.Closed);
            Assert.That(_socket.CloseCode, Is.EqualTo(1006));
            Assert.That(_socket.CloseReason, Is.Not.Empty);
            Assert.That(_socket.RefusalStatus, Is.EqualTo(0));
        }

        [TestCase(401)]
        [TestCase(503)]
        public void TheStatusOfARefusalIsFoundOut(int status)
        {
            Dial();
            for (int i = 0; i < 2; i++)
            {
                using (TcpClient client = _listener.AcceptTcpClient())
                {
                    string asked = Head(client.GetStream());
                    StringAssert.Contains("Authorization: Bearer secret", asked);
                    Say(client, $"HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                }
            }
            Until(() => _socket.State == SocketState.Closed);
            Assert.That(_socket.RefusalStatus, Is.EqualTo(status));
        }

        [Test]
        public void MessagesInPiecesAndOfEverySizeComeWhole()
        {
            Dial();
            using (TcpClient client = Accept())
            {
                byte[] large = Enumerable.Range(0, 300000).Select(i => (byte)(i * 31)).ToArray();
                Frame(client, 0x02, large.Take(7).ToArray());
                Frame(client, 0x80, large.Skip(7).ToArray());
                Frame(client, 0x89, new byte[0]);
                Frame(client, 0x81, Encoding.UTF8.GetBytes("text"));
                Payload payload = Receive();
                Assert.That(payload.IsText, Is.False);
                Assert.That(payload.Data.Take(payload.Count), Is.EqualTo(large));
                payload = Receive();
                Assert.That(payload.IsText, Is.True);
                Assert.That(payload.Count, Is.EqualTo(4));
            }
        }

        [Test]
        public void AMessageThatIsTooLargeIsTheEnd()
        {
            Dial();
            using (TcpClient client = Accept())
            {
                Task sending = Task.Run(() =>
                {
                    try
                    {
                        Frame(client, 0x82, new byte[WebSockets.LargestMessage + 1]);
                    }
                    catch (IOException)
                    {
                        // It hangs up before all of it was sent.
                    }
                });
                Until(() => _socket.State == SocketState.Closed);
                StringAssert.Contains("4 MiB", _socket.CloseReason);
                Assert.That(sending.Wait(PatienceMs), Is.True);
            }
        }

        [Test]
        public void TheCloseOfTheServerIsTold()
        {
            Dial();
            using (TcpClient client = Accept())
            {
                byte[] reason = Encoding.UTF8.GetBytes("gone");
                Frame(client, 0x88, new byte[] { 4410 / 256, 4410 % 256 }.Concat(reason).ToArray());
                Until(() => _socket.State == SocketState.Closed);
                Assert.That(_socket.CloseCode, Is.EqualTo(4410));
                Assert.That(_socket.CloseReason, Is.EqualTo("gone"));
            }
        }

        [Test]
        public void OurCloseGoesOutAfterEverythingElseAndEndsEvenIfNobodyAnswers()
        {
            Dial();
            using (TcpClient client = Accept())
            {
                Until(() => _socket.State == SocketState.Open);
                Assert.That(_socket.Subprotocol, Is.EqualTo(WebSockets.Subprotocol));
                _socket.Send(new byte[] { 9, 1, 2, 3 }, 1, 3);
                _socket.Close(1000, "");
                NetworkStream stream = client.GetStream();
                Assert.That(Unmasked(stream), Is.EqualTo(new byte[] { 1, 2, 3 }));
                Assert.That(Unmasked(stream), Is.EqualTo(new byte[] { 1000 / 256, 1000 % 256 }));
                Assert.That(_socket.Running.Wait(PatienceMs), Is.True);
                Assert.That(_socket.WaitingBytes, Is.EqualTo(0));
            }
        }

        private void Dial()
        {
            int port = ((IPEndPoint)_listener.LocalEndpoint).Port;
            _socket = new ClientSocket($"ws://127.0.0.1:{port}", "secret");
        }

        private TcpClient Accept()
        {
            TcpClient client = _listener.AcceptTcpClient();
            string key = Head(client.GetStream()).Split('\n').Select(line => line.Trim())
                .First(line => line.StartsWith("Sec-WebSocket-Key:")).Split(':')[1].Trim();
            byte[] hash = SHA1.Create().ComputeHash(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
            Say(
                client,
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
                $"Sec-WebSocket-Accept: {Convert.ToBase64String(hash)}\r\nSec-WebSocket-Protocol: a2f.v1.msgpack\r\n\r\n");
            return client;
        }

        private static string Head(Stream stream)
        {
            var text = new StringBuilder();
            while (!text.ToString().EndsWith("\r\n\r\n"))
            {
                text.Append((char)stream.ReadByte());
            }
            return text.ToString();
        }

        private static void Say(TcpClient client, string text)
        {
            byte[] bytes = Encoding.ASCII.GetBytes(text);
            client.GetStream().Write(bytes, 0, bytes.Length);
        }

        /// <summary>One frame of a server: first byte and payload.</summary>
        private static void Frame(TcpClient client, byte first, byte[] payload)
        {
            var head = new List<byte> { first, 127 };
            for (int shift = 56; shift >= 0; shift -= 8)
            {
                head.Add((byte)((long)payload.Length >> shift));
            }
            if (payload.Length < 126)
            {
                head = new List<byte> { first, (byte)payload.Length };
            }
            NetworkStream stream = client.GetStream();
            stream.Write(head.ToArray(), 0, head.Count);
            stream.Write(payload, 0, payload.Length);
        }

        /// <summary>The payload of a small frame of a client.</summary>
        private static byte[] Unmasked(Stream stream)
        {
            var head = new byte[6];
            for (int i = 0; i < head.Length; i++)
            {
                head[i] = (byte)stream.ReadByte();
            }
            return Enumerable.Range(0, head[1] & 127).Select(i => (byte)(stream.ReadByte() ^ head[2 + i % 4])).ToArray();
        }

        private Payload Receive()
        {
            Payload payload = default(Payload);
            Until(() => _socket.TryReceive(out payload));
            return payload;
        }

        private static void Until(Func<bool> holds)
        {
            DateTime end = DateTime.UtcNow.AddMilliseconds(PatienceMs);
            while (!holds())
            {
                Assert.That(DateTime.UtcNow, Is.LessThan(end), "in time");
                Thread.Sleep(1);
            }
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class StreamTests
    {
        private FakeServer _server;
        private FaceClient _client;
        private List<string> _told;
        private List<int> _frames;
        private double _nowS;

        [SetUp]
        public void Begin()
        {
            _server = new FakeServer();
            _told = new List<string>();
            _frames = new List<int>();
            _nowS = 10;
            Make(new StreamConfig { Fps = new FrameRate(30, 1) });
        }

        [Test]
        public void ItSaysHelloHearsReadyAndSendsWhatWaits()
        {
            Send(640);
            _client.Flush();
            Step();
            Assert.That(_client.State, Is.EqualTo(FaceState.Connecting));
            Open();
            Assert.That(_server.Last.Types, Is.EqualTo("hello audio flush"));
            Assert.That(_server.Last.Sent[1]["pcm"], Is.EqualTo(Pcm(640)));
            Assert.That(_client.State, Is.EqualTo(FaceState.Open));
            Assert.That(_client.Utterance, Is.EqualTo(1));
        }

        [Test]
        public void FramesComeOnceAndEveryPayloadIsGivenBack()
        {
            Open();
            Send(64000);
            _server.Frames(0, 0, 10);
            _server.Frames(0, 5, 10);
            _server.Frames(0, 3, 4);
            Step();
            Assert.That(_frames, Is.EqualTo(Enumerable.Range(0, 15)));
            Assert.That(_server.Last.Recycled, Is.EqualTo(4));
        }

        [Test]
        public void ConnectionsThatBreakAtOnceDoNotExhaustPatienceNorMakeAttemptsDense()
        {
            var backoff = new Backoff(1);
            var delays = new List<double>();
            double nowS = 0;
            for (int attempt = 0; attempt < 40; attempt++)
            {
                delays.Add(backoff.DelayS(nowS, 30));
                nowS += delays[attempt];
                backoff.Connected();
            }
            Assert.That(delays[0], Is.EqualTo(0));
            Assert.That(delays.Skip(1), Has.All.GreaterThan(0));
            Assert.That(delays.Skip(10), Has.All.GreaterThanOrEqualTo(2));
            Assert.That(nowS, Is.GreaterThan(60));
        }

        [Test]
        public void ALostConnectionIsResumedFromTheByteThatTheServerNames()
        {
            Open();
            SendSeconds(3);
            _client.Flush();
            Step();
            _server.Frames(0, 0, 30);
            Step();
            FakeSocket first = _server.Last;
            first.End();
            Step();
            Assert.That(_client.State, Is.EqualTo(FaceState.Resuming));
            Assert.That(_told, Has.Member("lost"));
            Open(FakeServer.Map("utterance", 0, "audio_bytes", 48000));
            var resume = (Dictionary<string, object>)_server.Last.Sent[0]["resume"];
            Assert.That(resume["session"], Is.EqualTo("s"));
            Assert.That(resume["frame"], Is.EqualTo(29));
            byte[] again = Audio(_server.Last);
            Assert.That(again, Is.EqualTo(Audio(first).Skip(48000)));
            StringAssert.EndsWith("flush", _server.Last.Types);
            _server.Frames(0, 20, 70);
            Step();
            Assert.That(_frames, Is.EqualTo(Enumerable.Range(0, 90)));
        }

        [Test]
        public void WhatIsSaidWhileTheConnectionIsAwayGoesOutLater()
        {
            Open();
            _server.Last.End();
            Step();
            Assert.That(Send(640), Is.True);
            _client.Flush();
            Open(FakeServer.Map("utterance", 0, "audio_bytes", 0));
            Assert.That(_server.Last.Types, Is.EqualTo("hello audio flush"));
        }

        [Test]
        public void AnInterruptionWithdrawsWhatWaitsAndMarksWhatStillComes()
        {
            Open();
            SendSeconds(1);
            Step();
            _client.Clear();
            Assert.That(_client.Utterance, Is.EqualTo(1));
            Send(640);
            _server.Frames(0, 0, 5);
            Step();
            _server.Frames(0, 5, 3, final: true);
            _server.Frames(1, 0, 1);
            Step();
            Assert.That(_told.Where(told => told.StartsWith("frames")), Is.EqualTo(new[]
            {
                "frames 0 withdrawn", "frames 0 withdrawn", "frames 1",
            }));
            StringAssert.EndsWith("audio clear audio", _server.Last.Types);
        }

        [Test]
        public void AnInterruptionOfAudioThatNeverLeftUsesTheSameUtterance()
        {
            Send(640);
            _client.Clear();
            Assert.That(_client.Utterance, Is.EqualTo(0));
            Send(320);
            Open();
            Assert.That(_server.Last.Types, Is.EqualTo("hello clear audio"));
            _server.Frames(0, 0, 1);
            Step();
            Assert.That(_told, Has.Member("frames 0"));
        }

        [Test]
        public void AfterALossUtterancesThatTheServerNeverHeardCountAnew()
        {
            Open();
            Send(640);
            Step();
            _client.Clear();
            Send(1280);
            Step();
            Assert.That(_client.Utterance, Is.EqualTo(1));
            _server.Last.End();
            Step();
            // Neither the audio nor the clear had arrived: the server is still at the start of utterance 0.
            Open(FakeServer.Map("utterance", 0, "audio_bytes", 0));
            Assert.That(_told, Has.Member("renumbered -1"));
            Assert.That(Audio(_server.Last).Length, Is.EqualTo(1280));
            _server.Frames(0, 0, 1);
            Step();
            Assert.That(_told, Has.Member("frames 0"));
        }

        [Test]
        public void AServerThatForgotEndsTheStream()
        {
            Open();
            _server.Last.End();
            Step();
            Step();
            _server.Last.State = SocketState.Open;
            _server.Last.Tell("type", "error", "code", "session_expired", "message", "gone", "fatal", true);
            Step();
            Step();
            AssertEnd(Codes.SessionExpired, Advice.Renew);
        }

        [TestCase(-1L)]
        [TestCase(64000L)]
        public void AServerThatStandsWhereWeCannotGoOnEndsTheStream(long audioBytes)
        {
            Open();
            SendSeconds(1);
            Step();
            _server.Frames(0, 0, 30);
            _server.Last.Tell("type", "flushed", "id", 9, "utterance", 0, "frames", 30, "seconds", 1.0);
            Step();
            _server.Last.End();
            Step();
            Open(FakeServer.Map("utterance", audioBytes < 0 ? 1 : 0, "audio_bytes", Math.Max(0, audioBytes)));
            AssertEnd(Codes.SessionExpired, Advice.Renew);
        }

        [TestCase(1000, Codes.Closed, Advice.Nothing)]
        [TestCase(1008, Codes.Protocol, Advice.Fix)]
        [TestCase(1011, Codes.ConnectionLost, Advice.Renew)]
        [TestCase(1013, Codes.ServerFull, Advice.Wait)]
        [TestCase(4409, "displaced", Advice.Nothing)]
        [TestCase(4410, Codes.SessionExpired, Advice.Renew)]
        public void CloseCodesMeanWhatTheProtocolSays(int closeCode, string code, Advice advice)
        {
            Open();
            _server.Last.End(closeCode, "why");
            Step();
            AssertEnd(code, advice);
        }

        [TestCase(401, Codes.BadToken, Advice.Fix)]
        [TestCase(403, Codes.NotAllowed, Advice.Fix)]
        [TestCase(503, Codes.ServerFull, Advice.Wait)]
        [TestCase(0, Codes.ConnectionLost, Advice.Wait)]
        public void ARefusalIsTold(int status, string code, Advice advice)
        {
            Step();
            _server.Last.RefusalStatus = status;
            _server.Last.End();
            Step();
            AssertEnd(code, advice);
        }

        [Test]
        public void WhatTheServerSaidBeforeTheEndIsHeard()
        {
            Open();
            _server.Frames(0, 0, 3);
            _server.Last.Tell("type", "error", "code", "too_fast", "message", "slow down", "fatal", true);
            _server.Last.End(4429);
            Step();
            Assert.That(_frames.Count, Is.EqualTo(3));
            AssertEnd("too_fast", Advice.Fix);
        }

        [Test]
        public void PatienceEnds()
        {
            Open();
            _server.Last.End();
            for (int i = 0; i < 2000 && _client.State != FaceState.Ended; i++)
            {
                Step(0.05);
                if (_server.Last.State == SocketState.Connecting)
                {
                    _server.Last.End();
                }
            }
            AssertEnd(Codes.ConnectionLost, Advice.Wait);
            Assert.That(_nowS, Is.EqualTo(40).Within(1), "30 s after the loss");
            Assert.That(_server.Sockets.Count, Is.InRange(8, 20), "with pauses between attempts");
        }

        [Test]
        public void ADeadNetworkIsNoticedAndAStandstillOfTheProgramIsNot()
        {
            Open();
            FakeSocket socket = _server.Last;
            for (int i = 0; i < 60; i++)
            {
                Step(0.1);
            }
            Assert.That(socket.Types, Is.EqualTo("hello marker"));
            Step(3600);
            Assert.That(_client.State, Is.EqualTo(FaceState.Open));
            for (int i = 0; i < 120; i++)
            {
                Step(0.1);
            }
            Assert.That(_client.State, Is.EqualTo(FaceState.Resuming));
            Assert.That(socket.IsDropped, Is.True);
            Assert.That(socket.ClosedWith, Is.EqualTo(0), "a close in good order would end the session");
        }

        [Test]
        public void LiveAudioKeepsToTheAllowance()
        {
            Open(limits: FakeServer.Map("burst_s", 2.0, "rate", 2.0, "resume_s", 30.0, "idle_s", 300.0));
            for (int i = 0; i < 20; i++)
            {
                SendSeconds(0.25);
            }
            Step(0);
            Assert.That(SentS, Is.EqualTo(1.6).Within(0.26), "a burst of 2 s, less a margin");
            Step(1);
            Assert.That(SentS, Is.EqualTo(3.2).Within(0.26), "then 1.6 s a second");
            Assert.That(_client.WaitingS, Is.EqualTo(5 - SentS));
        }

        [Test]
        public void MoreThanAMinuteIsNotTaken()
        {
            for (int i = 0; i < 60; i++)
            {
                Assert.That(SendSeconds(1), Is.True);
            }
            Assert.That(SendSeconds(1), Is.False);
        }

        [Test]
        public void ADrainingServerIsLeftOnceEverythingIsAnswered()
        {
            Open();
            Send(640);
            long id = _client.Flush();
            Step();
            _server.Last.Tell("type", "go_away", "time_left_ms", 5000);
            Step();
            Assert.That(_client.State, Is.EqualTo(FaceState.Open));
            _server.Last.Tell("type", "flushed", "id", id, "utterance", 0, "frames", 1, "seconds", 0.02);
            Step();
            Assert.That(_client.State, Is.EqualTo(FaceState.Resuming));
            Open(FakeServer.Map("utterance", 1, "audio_bytes", 0));
            Assert.That(_server.Sockets.Count, Is.EqualTo(2));
            Assert.That(_client.State, Is.EqualTo(FaceState.Open));
        }

        [Test]
        public void QuestionsAreAnsweredOrAskedAgain()
        {
            Open();
            long marker = _client.Mark();
            _client.Configure(new Changes { Idle = "always" });
            Step();
            _server.Last.End();
            Step();
            Open(FakeServer.Map("utterance", 0, "audio_bytes", 0));
            Assert.That(_server.Last.Types, Is.EqualTo("hello marker configure"));
            _server.Last.Tell("type", "marker", "id", marker);
            _server.Last.Tell("type", "configured", "config", FakeServer.Map("idle", "always"));
            Step();
            Assert.That(_told, Has.Member($"marker {marker}"));
            Assert.That(_client.Config.Idle, Is.EqualTo("always"));
            _server.Last.End();
            Step();
            Open(FakeServer.Map("utterance", 0, "audio_bytes", 0));
            Assert.That(_server.Last.Types, Is.EqualTo("hello"));
        }

        [Test]
        public void ByeGoesOutLastAndNothingAfterIt()
        {
            Open();
            Send(640);
            _client.Close();
            Assert.That(Send(640), Is.False);
            Step();
            Assert.That(_server.Last.Types, Is.EqualTo("hello audio bye"));
            _server.Last.End(1000);
            Step();
            AssertEnd(Codes.Closed, Advice.Nothing);
        }

        [Test]
        public void ARefusedMessageIsAWarningAndAnUnreadableOneTheEnd()
        {
            Open();
            _server.Last.Tell("type", "error", "code", "bad_setting", "message", "no", "ref", "configure");
            _server.Last.Tell("type", "frames", "utterance", 0);
            _server.Last.Tell("type", "fanfare");
            Step();
            Assert.That(_told, Is.EqualTo(new[] { "opened", "warning bad_setting", "warning bad_field" }));
            _server.Last.TellBytes(new byte[] { 0xc1 });
            Step();
            AssertEnd(Codes.Unreadable, Advice.Fix);
        }

        [Test]
        public void AnotherProtocolIsRefused()
        {
            Step();
            _server.Last.Subprotocol = "chat";
            _server.Last.State = SocketState.Open;
            Step();
            AssertEnd(Codes.Protocol, Advice.Fix);
        }

        [Test]
        public void DisposedItIsSilent()
        {
            Open();
            _client.Dispose();
            AssertEnd(Codes.Closed, Advice.Nothing);
            Assert.That(_server.Last.ClosedWith, Is.EqualTo(1000));
            _server.Frames(0, 0, 3);
            Step();
            Assert.That(_frames, Is.Empty);
        }

        [Test]
        public void AStreamInFullFlowMakesNoGarbage()
        {
            Open();
            byte[] pcm = Pcm(640);
            FakeSocket socket = _server.Last;
            var quiet = new QuietSocket(socket);
            Make(new StreamConfig { Fps = new FrameRate(30, 1) }, (url, token) => quiet);
            _client.Update(_nowS);
            _server.Greet();
            _client.Update(_nowS);
            Action tick = () =>
            {
                _client.Send(pcm, 0, pcm.Length);
                _client.Update(_nowS += 0.02);
            };
            for (int i = 0; i < 500; i++)
            {
                tick();
                Answer(socket, i);
            }
            Answer(socket, 1000);
            Assert.That(Garbage.Of(tick, 50), Is.EqualTo(0));
        }

        // Steps of the tests

        private void Answer(FakeSocket socket, int tick)
        {
            // Frames let what was sent go, so that it is used again.
            _server.Frames(0, tick * 6 / 10, 1);
            _client.Update(_nowS);
        }

        private void Make(StreamConfig config, SocketFactory sockets = null)
        {
            _client = new FaceClient("ws://localhost:8000", config, null, sockets ?? _server.Dial);
            _client.Opened += ready => _told.Add("opened");
            _client.ConnectionLost += () => _told.Add("lost");
            _client.Renumbered += by => _told.Add($"renumbered {by}");
            _client.MarkerAnswered += marker => _told.Add($"marker {marker.Id}");
            _client.Warned += warning => _told.Add($"warning {warning.Code}");
            if (sockets == null)
            {
                _client.FramesReceived += Take;
            }
        }

        private void Take(FrameBlock block)
        {
            _told.Add($"frames {block.Utterance}{(block.Withdrawn ? " withdrawn" : "")}");
            for (int i = 0; i < block.Count; i++)
            {
                Assert.That(block.Weights[i * Arkit.Count], Is.EqualTo((block.Index + i) / 1024f));
                _frames.Add(block.Index + i);
            }
        }

        private void Step(double passedS = 0.01)
        {
            _client.Update(_nowS += passedS);
        }

        private void Open(Dictionary<string, object> resumed = null, Dictionary<string, object> limits = null)
        {
            Step(0.3);
            _server.Greet(resumed, limits);
            Step();
        }

        private bool Send(int bytes)
        {
            return _client.Send(Pcm(bytes), 0, bytes);
        }

        private bool SendSeconds(double seconds)
        {
            return Send((int)(32000 * seconds));
        }

        private double SentS
        {
            get { return Audio(_server.Last).Length / 32000.0; }
        }

        private static byte[] Pcm(int bytes)
        {
            return Enumerable.Range(0, bytes).Select(i => (byte)(i * 7 + i / 256)).ToArray();
        }

        private static byte[] Audio(FakeSocket socket)
        {
            return socket.Sent.Where(message => (string)message["type"] == "audio")
                .SelectMany(message => (byte[])message["pcm"]).ToArray();
        }

        private void AssertEnd(string code, Advice advice)
        {
            Assert.That(_client.State, Is.EqualTo(FaceState.Ended));
            Assert.That(_client.End.Code, Is.EqualTo(code));
            Assert.That(_client.End.Advice, Is.EqualTo(advice));
            Assert.That(_client.End.Message, Is.Not.Empty);
        }

        /// <summary>A socket that forgets what is sent.</summary>
        private sealed class QuietSocket : IWebSocket
        {
            private readonly FakeSocket _other;

            public QuietSocket(FakeSocket other)
            {
                _other = other;
            }

            public SocketState State { get { return SocketState.Open; } }
            public string Subprotocol { get { return null; } }
            public int CloseCode { get { return 0; } }
            public string CloseReason { get { return ""; } }
            public int RefusalStatus { get { return 0; } }
            public int WaitingBytes { get { return 0; } }

            public void Send(byte[] data, int start, int count)
            {
            }

            public bool TryReceive(out Payload payload)
            {
                return _other.TryReceive(out payload);
            }

            public void Recycle(Payload payload)
            {
            }

            public void Close(int code, string reason)
            {
            }

            public void Dispose()
            {
            }
        }
    }

    [TestFixture]
    public sealed class SettingTests
    {
        [TestCase(30, 30, 1)]
        [TestCase(29.97, 30000, 1001)]
        [TestCase(23.976, 24000, 1001)]
        [TestCase(59.94, 60000, 1001)]
        [TestCase(119.88, 120000, 1001)]
        [TestCase(12.5, 25, 2)]
        [TestCase(14.98, 749, 50)]
        [TestCase(33.333333, 100, 3)]
        public void NumbersMeanTheRatesOfTheProtocol(double number, int numerator, int denominator)
        {
            Assert.That(FrameRate.Of(number).ToString(), Is.EqualTo(new FrameRate(numerator, denominator).ToString()));
        }

        [TestCase("localhost:8000", "ws://localhost:8000/v1/stream")]
        [TestCase("ws://localhost:8000", "ws://localhost:8000/v1/stream")]
        [TestCase("http://example.org/", "ws://example.org/v1/stream")]
        [TestCase("https://example.org", "wss://example.org/v1/stream")]
        [TestCase("wss://example.org:9000/faces?token=x#y", "wss://example.org:9000/faces?token=x")]
        public void AddressesMeanTheStream(string given, string meant)
        {
            Assert.That(WebSockets.StreamAddress(given).ToString(), Is.EqualTo(meant));
        }

        [TestCase(null)]
        [TestCase("")]
        [TestCase("ftp://example.org")]
        [TestCase("ws://")]
        [TestCase("what is this")]
        public void OtherAddressesAreRefused(string given)
        {
            Assert.That(MsgpackTests.Refusal(() => WebSockets.StreamAddress(given)), Is.EqualTo(Codes.BadSetting));
        }

        [Test]
        public void ATokenIsWrittenAsTheProtocolSays()
        {
            Assert.That(WebSockets.TokenEntry("a?~ü"), Is.EqualTo("a2f.token.YT9-w7w"));
        }

        [Test]
        public void SettingsThatNoServerTakesAreRefused()
        {
            var wrong = new Dictionary<string, Action>
            {
                { "fps", () => new FrameRate(1000, 1) },
                { "fps of nought", () => FrameRate.Of(0) },
                { "fps of nothing", () => FrameRate.Of(double.NaN) },
                { "rate", () => new AudioFormat(AudioFormat.Pcm16, 1) },
                { "channels", () => new AudioFormat(AudioFormat.Pcm16, 16000, 9) },
                { "encoding", () => new AudioFormat("mp3") },
                { "idle", () => new StreamConfig { Idle = "sometimes" }.Validate() },
                { "pace", () => new StreamConfig { Pace = "slow" }.Validate() },
                { "weights", () => new StreamConfig { Weights = "f64" }.Validate() },
                { "seed", () => new StreamConfig { Seed = -1 }.Validate() },
                { "look-ahead", () => new StreamConfig { LookaheadMs = -1 }.Validate() },
                { "envy", () => new Changes { Emotions = new Dictionary<string, double> { { "envy", 1 } } }.Validate() },
                { "joy", () => new Changes { Emotions = new Dictionary<string, double> { { "joy", 1.5 } } }.Validate() },
            };
            foreach (KeyValuePair<string, Action> one in wrong)
            {
                Assert.That(MsgpackTests.Refusal(one.Value), Is.Not.Null, one.Key);
            }
            new StreamConfig().Validate();
        }
    }
}

using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class FramesTests
    {
        [Test]
        public void RowsInAnotherOrderArePutIntoOurs()
        {
            List<string> names = Arkit.Names.Reverse().ToList();
            names[0] = "somethingNew";
            var reader = new ServerReader();
            Read(reader, Ready(names));
            List<object> row = Enumerable.Range(0, Arkit.Count).Select(i => (object)(i / 64.0)).ToList();
            var block = (FrameBlock)Read(reader, Frames("weights", new List<object> { row, row }, "count", 2));
            for (int i = 0; i < Arkit.Count; i++)
            {
                // The last of ours is told under a name that we do not know.
                float expected = i == Arkit.Count - 1 ? 0 : (Arkit.Count - 1 - i) / 64f;
                Assert.That(block.Weights[i], Is.EqualTo(expected), Arkit.Names[i]);
                Assert.That(block.Weights[Arkit.Count + i], Is.EqualTo(expected));
            }
        }

        [TestCase("utterance")]
        [TestCase("index")]
        [TestCase("count")]
        [TestCase("weights")]
        [TestCase("time")]
        public void AFieldThatIsMissingOrNullIsTold(string name)
        {
            Dictionary<string, object> frames = Frames();
            frames[name] = null;
            Assert.That(MsgpackTests.Refusal(() => Read(new ServerReader(), frames)), Is.EqualTo(Codes.BadField));
            frames.Remove(name);
            Assert.That(MsgpackTests.Refusal(() => Read(new ServerReader(), frames)), Is.EqualTo(Codes.BadField));
        }

        [Test]
        public void UnknownAndNullFieldsAreIgnored()
        {
            Dictionary<string, object> frames = Frames("later", FakeServer.Map("a", new List<object>()), "head", null, "idle", null);
            var block = (FrameBlock)Read(new ServerReader(), frames);
            Assert.That(block.HasHead || block.HasVisemes || block.Idle, Is.False);
        }

        [Test]
        public void TheRateIsThatOfTheMessageOrOfReadyOrOfConfigured()
        {
            var reader = new ServerReader();
            Read(reader, Ready(Arkit.Names.ToList()));
            Assert.That(((FrameBlock)Read(reader, Frames())).Fps, Is.EqualTo(new FrameRate(30, 1)));
            var slow = new List<object> { 30000, 1001 };
            Assert.That(((FrameBlock)Read(reader, Frames("fps", slow))).Fps, Is.EqualTo(new FrameRate(30000, 1001)));
            Read(reader, FakeServer.Map("type", "configured", "config", FakeServer.Map("fps", 25.0)));
            Assert.That(((FrameBlock)Read(reader, Frames())).Fps, Is.EqualTo(new FrameRate(25, 1)));
        }

        [Test]
        public void FramesAreReadWithoutGarbage()
        {
            byte[] data = Payload(Frames("weights", new byte[2 * 52 * 4], "head", new byte[2 * 3 * 4], "count", 2));
            var reader = new ServerReader();
            reader.Read(data, 0, data.Length);
            long bytes = Garbage.Of(() => reader.Read(data, 0, data.Length), 1000);
            Assert.That(bytes, Is.EqualTo(0));
        }

        [Test]
        public void AudioIsWrittenWithoutGarbage()
        {
            var writer = new ClientWriter();
            var pcm = new byte[640];
            writer.Audio(pcm, 0, pcm.Length);
            Assert.That(Garbage.Of(() => writer.Audio(pcm, 0, pcm.Length), 1000), Is.EqualTo(0));
        }

        private static Dictionary<string, object> Frames(params object[] pairs)
        {
            Dictionary<string, object> frames = FakeServer.Map(
                "type", "frames", "utterance", 0, "index", 0, "count", 1, "time", 0.0, "weights", new byte[52 * 4]);
            foreach (KeyValuePair<string, object> pair in FakeServer.Map(pairs))
            {
                frames[pair.Key] = pair.Value;
            }
            return frames;
        }

        private static Dictionary<string, object> Ready(List<string> names)
        {
            return FakeServer.Map(
                "type", "ready", "protocol", "a2f.v1", "session", "s", "token", "t", "engine", "e", "names", names,
                "lookahead_ms", 40, "config", FakeServer.Map("fps", 30));
        }

        private static ServerMessage Read(ServerReader reader, Dictionary<string, object> message)
        {
            byte[] data = Payload(message);
            return reader.Read(data, 0, data.Length);
        }

        private static byte[] Payload(Dictionary<string, object> message)
        {
            var writer = new MsgpackWriter();
            writer.Map(message.Count);
            foreach (KeyValuePair<string, object> pair in message)
            {
                writer.Text(pair.Key);
                if (pair.Value is byte[] bytes)
                {
                    writer.Bytes(bytes, 0, bytes.Length);
                }
                else
                {
                    writer.Value(pair.Value);
                }
            }
            return writer.Data.Take(writer.Count).ToArray();
        }
    }

    /// <summary>What a piece of code leaves for the garbage collector.</summary>
    internal static class Garbage
    {
        /// <summary>Bytes that this thread allocates in so many calls, once everything has been called before.</summary>
        public static long Of(Action act, int times)
        {
            act();
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < times; i++)
            {
                act();
            }
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }
}

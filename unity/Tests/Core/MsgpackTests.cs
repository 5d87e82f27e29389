using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class MsgpackTests
    {
        internal static readonly object[] Values =
        {
            null, true, false, 0L, 1L, 127L, 128L, -1L, -32L, -33L, 65536L, (1L << 53) - 1, -(1L << 40), 0.5, -1e300,
            "", "Größe", new string('x', 31), new string('x', 32), new string('x', 256), new string('x', 70000),
            new List<object> { 1L, "a", null }, Enumerable.Repeat((object)1L, 16).ToList(),
            Enumerable.Repeat((object)1L, 70000).ToList(), FakeServer.Map("a", FakeServer.Map("b", new List<object>())),
        };

        internal static readonly string[] NotMsgpack =
        {
            "", "c1", "81", "d40578", "c70005", "8101c0", "81a1ffc0", "c0c0", "ddffffffff", "dfffffffff", "c6ffffffff",
            "dbffffffff", "a3", "d9", "da00", "cb0000", "cf00", "92c0", "81a161", "a2c3",
        };

        [TestCaseSource(nameof(Values))]
        public void WhatIsWrittenIsReadAgain(object value)
        {
            Assert.That(Read(Written(value)), Is.EqualTo(value));
        }

        [TestCaseSource(nameof(NotMsgpack))]
        public void WhatIsNoMsgpackOfOursIsRefused(string hex)
        {
            Assert.That(Refusal(() => Read(Bytes(hex))), Is.EqualTo(Codes.Unreadable));
        }

        [TestCase(MsgpackReader.DeepestNesting, null)]
        [TestCase(MsgpackReader.DeepestNesting + 1, Codes.Unreadable)]
        [TestCase(100000, Codes.Unreadable)]
        public void NestingHasABound(int depth, string refusal)
        {
            byte[] data = Enumerable.Repeat((byte)0x91, depth).Concat(new byte[] { 0xc0 }).ToArray();
            Assert.That(Refusal(() => Read(data)), Is.EqualTo(refusal));
        }

        [Test]
        public void NothingIsReadBeyondThePayload()
        {
            byte[] data = Written("twenty-odd letters here");
            var larger = new byte[data.Length + 100];
            data.CopyTo(larger, 50);
            var reader = new MsgpackReader();
            reader.Open(larger, 50, data.Length);
            Assert.That(reader.ReadText("", 100), Is.EqualTo("twenty-odd letters here"));
            Assert.That(Refusal(() => reader.Open(larger, 50, data.Length - 1)), Is.EqualTo(Codes.Unreadable));
        }

        [Test]
        public void AllIntegersAndFloatsOfMsgpackAreRead()
        {
            var wanted = new Dictionary<string, double>
            {
                { "cc80", 128 }, { "cdffff", 65535 }, { "ceffffffff", 4294967295 }, { "cf0000000100000000", 4294967296 },
                { "d080", -128 }, { "d18000", -32768 }, { "d280000000", -2147483648 }, { "d3ffffffffffffffff", -1 },
                { "e0", -32 }, { "7f", 127 }, { "ca3f800000", 1 }, { "cb3ff8000000000000", 1.5 },
            };
            foreach (KeyValuePair<string, double> pair in wanted)
            {
                var reader = new MsgpackReader();
                byte[] data = Bytes(pair.Key);
                reader.Open(data, 0, data.Length);
                Assert.That(reader.ReadNumber("", double.MinValue, double.MaxValue), Is.EqualTo(pair.Value), pair.Key);
            }
        }

        [Test]
        public void EveryFloat16IsReadExactly()
        {
            for (int bits = 0; bits < 65536; bits++)
            {
                int exponent = bits >> 10 & 31;
                double size = exponent == 0 ? (bits & 1023) * Math.Pow(2, -24) : (1024 + (bits & 1023)) * Math.Pow(2, exponent - 25);
                double expected = bits < 32768 ? size : -size;
                float value = NumberBits.Half(bits);
                Assert.That(NumberBits.IsFinite(value), Is.EqualTo(exponent < 31));
                Assert.That(exponent == 31 || value == expected, bits.ToString("x4"));
            }
        }

        [Test]
        public void NumbersOutsideTheirRangeAreRefused()
        {
            Assert.That(Refusal(() => Reader(Written(5.5)).ReadInteger("n", 0, 10)), Is.EqualTo(Codes.BadField));
            Assert.That(Refusal(() => Reader(Written(11L)).ReadInteger("n", 0, 10)), Is.EqualTo(Codes.BadField));
            Assert.That(Refusal(() => Reader(Written(true)).ReadInteger("n", 0, 10)), Is.EqualTo(Codes.BadField));
            Assert.That(Refusal(() => Reader(Bytes("cb7ff8000000000000")).ReadNumber("n", 0, 1)), Is.EqualTo(Codes.BadField));
            Assert.That(Reader(Written(5.0)).ReadInteger("n", 0, 10), Is.EqualTo(5));
        }

        [Test]
        public void WhatCannotBeSentIsRefused()
        {
            Assert.That(Refusal(() => Written(double.NaN)), Is.EqualTo(Codes.BadSetting));
            Assert.That(Refusal(() => Written(new Version(1, 2))), Is.EqualTo(Codes.BadSetting));
        }

        private static byte[] Written(object value)
        {
            var writer = new MsgpackWriter();
            writer.Value(value);
            return writer.Data.Take(writer.Count).ToArray();
        }

        private static object Read(byte[] data)
        {
            return Reader(data).ReadValue();
        }

        private static MsgpackReader Reader(byte[] data)
        {
            var reader = new MsgpackReader();
            reader.Open(data, 0, data.Length);
            return reader;
        }

        private static byte[] Bytes(string hex)
        {
            return Enumerable.Range(0, hex.Length / 2).Select(i => Convert.ToByte(hex.Substring(2 * i, 2), 16)).ToArray();
        }

        internal static string Refusal(Action act)
        {
            try
            {
                act();
                return null;
            }
            catch (A2FException error)
            {
                return error.Code;
            }
        }
    }
}

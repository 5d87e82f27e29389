using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class SoundTests
    {
        [TestCase(48000, 16000)]
        [TestCase(44100, 16000)]
        [TestCase(22050, 48000)]
        [TestCase(24000, 44100)]
        [TestCase(8000, 16000)]
        [TestCase(11025, 16000)]
        public void AToneComesThroughAtItsPlaceAndStrength(int from, int to)
        {
            const double hertz = 440;
            float[] result = Resampled(Tone(from, hertz, from), from, to, from);
            Assert.That(result.Length, Is.EqualTo(to));
            double worst = 0;
            for (int k = to / 10; k < 9 * to / 10; k++)
            {
                worst = Math.Max(worst, Math.Abs(result[k] - 0.5 * Math.Sin(2 * Math.PI * hertz * k / to)));
            }
            Assert.That(worst, Is.LessThan(0.002));
        }

        [Test]
        public void WhatIsAboveHalfTheLowerRateIsGone()
        {
            float[] result = Resampled(Tone(48000, 11000, 48000), 48000, 16000, 48000);
            Assert.That(result.Skip(1600).Take(12800).Max(), Is.LessThan(0.005f));
        }

        [Test]
        public void AnyWayOfCuttingGivesTheSameSamples([Values(1, 7, 160, 441, 4096)] int piece)
        {
            float[] tone = Tone(44100, 300, 20000);
            Assert.That(Resampled(tone, 44100, 16000, piece), Is.EqualTo(Resampled(tone, 44100, 16000, 20000)));
        }

        [Test]
        public void ResamplingMakesNoGarbageInFullFlow()
        {
            var resampler = new Resampler(48000, 16000);
            float[] tone = Tone(48000, 300, 960), result = null;
            for (int i = 0; i < 20; i++)
            {
                resampler.Push(tone, 0, tone.Length, ref result);
            }
            Assert.That(Garbage.Of(() => resampler.Push(tone, 0, tone.Length, ref result), 100), Is.EqualTo(0));
        }

        [Test]
        public void SixteenBitsComeBackExactly()
        {
            var samples = new float[65536];
            for (int i = 0; i < 65536; i++)
            {
                samples[i] = (i - 32768) / 32768f;
            }
            var encoder = new SpeechEncoder(16000);
            Assert.That(encoder.Encode(samples, samples.Length, 1, 16000), Is.EqualTo(2 * 65536));
            for (int i = 0; i < 65536; i++)
            {
                Assert.That(BitConverter.ToInt16(encoder.Pcm, 2 * i), Is.EqualTo(i - 32768));
            }
        }

        [Test]
        public void ChannelsAreMixedAndLoudSoundIsClamped()
        {
            var encoder = new SpeechEncoder(16000);
            Assert.That(encoder.Encode(new[] { 0.5f, 0f, 3f, 1f, -3f, -3f }, 3, 2, 16000), Is.EqualTo(6));
            Assert.That(BitConverter.ToInt16(encoder.Pcm, 0), Is.EqualTo(8192));
            Assert.That(BitConverter.ToInt16(encoder.Pcm, 2), Is.EqualTo(32767));
            Assert.That(BitConverter.ToInt16(encoder.Pcm, 4), Is.EqualTo(-32768));
        }

        [Test]
        public void ASpeechBufferPlaysEverythingOnceAndTellsWhatIsHeard()
        {
            var buffer = new SpeechBuffer(1000, 0.05);
            buffer.Begin(3);
            buffer.Write(Enumerable.Range(1, 100).Select(i => (float)i).ToArray(), 100);
            buffer.Begin(4, 0.5);
            buffer.Write(Enumerable.Range(101, 100).Select(i => (float)i).ToArray(), 100);
            var heard = new List<float>();
            for (int i = 0; i < 10; i++)
            {
                var output = new float[50];
                int count = buffer.Read(output, 2);
                heard.AddRange(output.Where((sample, at) => at % 2 == 0).Take(count));
                Assert.That(output[0], Is.EqualTo(output[1]));
            }
            Assert.That(heard, Is.EqualTo(Enumerable.Range(1, 200).Select(i => (float)i)));
            Assert.That(buffer.Waiting, Is.EqualTo(0));
            Assert.That(buffer.Position(0.15, out int utterance, out double timeS), Is.True);
            Assert.That(utterance, Is.EqualTo(3));
            Assert.That(timeS, Is.EqualTo(0.05).Within(1e-9));
            buffer.Renumber(-1);
            buffer.Position(0.02, out utterance, out timeS);
            Assert.That(utterance, Is.EqualTo(3));
            Assert.That(timeS, Is.EqualTo(0.58).Within(1e-9));
            buffer.Clear();
            Assert.That(buffer.Position(0, out utterance, out timeS), Is.False);
        }

        [Test]
        public void TwoThreadsLoseNothing()
        {
            var buffer = new SpeechBuffer(48000, 0.01);
            long sum = 0, written = 0;
            Task writing = Task.Run(() =>
            {
                var piece = new float[37];
                for (int i = 0; i < 2000; i++)
                {
                    for (int k = 0; k < piece.Length; k++)
                    {
                        piece[k] = i % 13;
                        written += i % 13;
                    }
                    buffer.Write(piece, piece.Length);
                }
            });
            while (!writing.IsCompleted || buffer.Waiting > 0)
            {
                var output = new float[64];
                buffer.Read(output, 1);
                sum += (long)output.Sum();
            }
            Assert.That(sum, Is.EqualTo(written));
        }

        private static float[] Tone(int rate, double hertz, int count)
        {
            return Enumerable.Range(0, count).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * hertz * i / rate))).ToArray();
        }

        private static float[] Resampled(float[] samples, int from, int to, int piece)
        {
            var resampler = new Resampler(from, to);
            var whole = new List<float>();
            float[] result = null;
            for (int at = 0; at < samples.Length; at += piece)
            {
                int count = resampler.Push(samples, at, Math.Min(piece, samples.Length - at), ref result);
                whole.AddRange(result == null ? new float[0] : result.Take(count));
            }
            whole.AddRange(result.Take(resampler.Finish(ref result)));
            return whole.ToArray();
        }
    }
}

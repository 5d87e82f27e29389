using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Threading;
using NUnit.Framework;
using UnityEngine;

namespace A2FLive.Tests
{
    /// <summary>The components and a server that runs: its address and a clip come by environment variables.</summary>
    [TestFixture]
    [Category("Live")]
    public sealed class LiveTests : Scene
    {
        private readonly Stopwatch _clock = new Stopwatch();

        [Test]
        public void AnAvatarSpeaksAClipAndComesToRest()
        {
            WebSockets.Factory = (url, token) => new ClientSocket(url, token);
            AddDriver();
            Driver.Url = Environment.GetEnvironmentVariable("A2F_LIVE_TEST_URL");
            Driver.Connect();
            var tap = Avatar.AddComponent<AudioSourceTap>();
            var source = Avatar.GetComponent<AudioSource>();
            bool ended = false;
            float widest = 0;
            tap.SpeechEnded += () => ended = true;
            Run(5, () => Driver.State == DriverState.Open);
            tap.Speak(Clip(Environment.GetEnvironmentVariable("A2F_LIVE_TEST_CLIP")));
            Run(20, () =>
            {
                source.Hear(_passedS);
                widest = Math.Max(widest, Face.GetBlendShapeWeight(Arkit.Index("jawOpen")));
                return ended;
            });
            Assert.That(ended, Is.True);
            Assert.That(widest, Is.InRange(5f, 100f));
            Assert.That(Face.GetBlendShapeWeight(Arkit.Index("jawOpen")), Is.EqualTo(0f));
            Driver.enabled = false;
        }

        private double _passedS;

        /// <summary>The game at its own pace until something holds, or patience ends.</summary>
        private void Run(double patienceS, Func<bool> until)
        {
            _clock.Restart();
            double lastS = 0;
            while (_clock.Elapsed.TotalSeconds < patienceS && !until())
            {
                Thread.Sleep(8);
                double nowS = _clock.Elapsed.TotalSeconds;
                _passedS = nowS - lastS;
                lastS = nowS;
                Engine.Frame(_passedS);
            }
        }

        private static AudioClip Clip(string path)
        {
            byte[] pcm = File.ReadAllBytes(path).Skip(44).ToArray();
            AudioClip clip = AudioClip.Create("clip", pcm.Length / 2, 1, 16000, false);
            clip.SetData(Enumerable.Range(0, pcm.Length / 2).Select(i => BitConverter.ToInt16(pcm, 2 * i) / 32768f).ToArray(), 0);
            return clip;
        }
    }
}

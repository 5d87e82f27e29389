using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using UnityEngine;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class TapTests : Scene
    {
        /// <summary>1024 samples in 4 buffers at 48 kHz.</summary>
        private const double LatencyS = 4096 / 48000.0;
        private const double TickS = 0.01;

        private AudioSourceTap _tap;
        private AudioSource _source;
        private List<float> _heard;
        private int _ended;

        [SetUp]
        public void PlugIn()
        {
            Open();
            _tap = Avatar.AddComponent<AudioSourceTap>();
            _source = Avatar.GetComponent<AudioSource>();
            _heard = new List<float>();
            _ended = 0;
            _tap.SpeechEnded += () => _ended++;
        }

        [TestCase(16000, 1)]
        [TestCase(44100, 2)]
        [TestCase(48000, 1)]
        public void AClipIsSentWholeAndShownByWhereItsSoundIs(int rate, int channels)
        {
            _tap.Speak(Clip(rate, channels, 3));
            Tick(5);
            Assert.That(_source.isPlaying, Is.False, "the sound waits for its frames");
            Server.Frames(0, 0, 90);
            double worst = Play(2.5);
            Assert.That(worst, Is.LessThan(0.03), "seconds between sound and face");
            Assert.That(Heard().Length, Is.EqualTo(48000).Within(1));
            Assert.That(Server.Last.Types, Is.StringEnding("flush"));
            Assert.That(_ended, Is.EqualTo(0));
            Play(1.2);
            Assert.That(_ended, Is.EqualTo(1));
            Assert.That(Shown, Is.EqualTo(0f));
            Assert.That(_tap.IsSpeaking, Is.False);
        }

        [Test]
        public void AClipOfTheRateOfTheStreamArrivesBitForBit()
        {
            AudioClip clip = Clip(16000, 1, 2);
            _tap.Speak(clip);
            Tick(10);
            Assert.That(Heard(), Is.EqualTo(Bits(clip.Data)));
        }

        [Test]
        public void APausedClipRestsAndGoesOn()
        {
            _tap.Speak(Clip(16000, 1, 3));
            Tick(1);
            Server.Frames(0, 0, 90);
            Play(1.5);
            Assert.That(Shown, Is.GreaterThan(2));
            _source.Pause();
            Play(1);
            Assert.That(Shown, Is.EqualTo(0f));
            Assert.That(_tap.IsSpeaking, Is.True);
            _source.UnPause();
            Play(0.3);
            Assert.That(Play(0.5), Is.LessThan(0.03));
            Play(1.5);
            Assert.That(_ended, Is.EqualTo(1));
        }

        [Test]
        public void WithoutAServerSpeechIsHeardAllTheSame()
        {
            Driver.Disconnect();
            _tap.Speak(Clip(16000, 1, 1));
            Play(0.5);
            Assert.That(_source.isPlaying, Is.False);
            Play(0.2);
            Assert.That(_source.isPlaying, Is.True);
            Play(1.6);
            Assert.That(_ended, Is.EqualTo(1));
        }

        [Test]
        public void AClipThatCannotBeReadIsToldAndHeard()
        {
            AudioClip clip = Clip(16000, 1, 1);
            clip.CanBeRead = false;
            _tap.Speak(clip);
            Play(1);
            Assert.That(Engine.Log.Single(), Is.StringContaining("Decompress On Load"));
            Assert.That(_source.Plays, Is.EqualTo(1));
        }

        [Test]
        public void AnInterruptionSilencesAClipAndTheNextOneIsInStep()
        {
            _tap.Speak(Clip(16000, 1, 3));
            Tick(1);
            Server.Frames(0, 0, 90);
            Play(1);
            _tap.Interrupt();
            Assert.That(_source.isPlaying, Is.False);
            Assert.That(_tap.IsSpeaking, Is.False);
            Play(0.25);
            Assert.That(Shown, Is.EqualTo(0f));
            _tap.Speak(Clip(16000, 1, 3));
            Tick(5);
            Assert.That(Driver.Utterance, Is.EqualTo(2), "the clip was sent and flushed");
            Server.Frames(1, 0, 90);
            Assert.That(Play(2), Is.LessThan(0.03));
            Assert.That(_ended, Is.EqualTo(0));
        }

        [Test]
        public void ATapThatIsSwitchedOffEndsItsUtterance()
        {
            _tap.Speak(Clip(16000, 1, 3));
            Tick(1);
            Server.Frames(0, 0, 90);
            Play(1);
            _tap.enabled = false;
            Play(0.3);
            Assert.That(Shown, Is.EqualTo(0f));
            _tap.enabled = true;
            _tap.Speak(Clip(16000, 1, 3));
            Tick(3);
            Server.Frames(Driver.Utterance - 1, 0, 90);
            Assert.That(Play(2), Is.LessThan(0.03));
        }

        [Test]
        public void AClipBeginsAnUtteranceOfItsOwn()
        {
            Driver.SendSamples(Tone(16000, 1), 16000, 1, 16000);
            _tap.Speak(Clip(16000, 1, 3));
            Tick(3);
            Server.Frames(1, 0, 90);
            Assert.That(Play(2), Is.LessThan(0.03));
        }

        [Test]
        public void AClipThatIsNotLoadedYetIsLoadedAndSpoken()
        {
            AudioClip clip = Clip(16000, 1, 2);
            clip.loadState = AudioDataLoadState.Unloaded;
            _tap.Speak(clip);
            Tick(1);
            Assert.That(clip.loadState, Is.EqualTo(AudioDataLoadState.Loading));
            Assert.That(Heard(), Is.Empty);
            clip.loadState = AudioDataLoadState.Loaded;
            Tick(10);
            Assert.That(Heard(), Is.EqualTo(Bits(clip.Data)));
        }

        [Test]
        public void HeadphonesDoNotEndAClip()
        {
            _tap.Speak(Clip(16000, 1, 3));
            Tick(1);
            Server.Frames(0, 0, 90);
            Play(1.5);
            _source.Stop();
            AudioSettings.Change();
            Assert.That(_source.isPlaying, Is.True);
            Assert.That(Play(1), Is.LessThan(0.03));
            Play(1.5);
            Assert.That(_ended, Is.EqualTo(1));
        }

        [Test]
        public void ALongClipIsNotSentFarAhead()
        {
            _tap.Speak(Clip(16000, 1, 120));
            for (int second = 0; second < 20; second++)
            {
                Tick(100);
                Server.Frames(0, second, 1);
            }
            Assert.That(Heard().Length / 16000.0, Is.InRange(20, 31));
        }

        [Test]
        public void SpeechThatComesAllAtOnceIsSentWhole()
        {
            _tap.BeginSpeech(16000);
            float[] speech = Tone(16000, 80);
            _tap.Push(speech, 0, speech.Length);
            _tap.EndSpeech();
            Tick(1);
            object first = Server.Last.Sent.First(message => (string)message["type"] == "flush")["id"];
            Server.Last.Tell("type", "flushed", "id", first, "utterance", 0, "frames", 0, "seconds", 0.0);
            for (int second = 0; second < 60; second++)
            {
                Tick(100);
                Server.Frames(0, 17 * second, 17);
            }
            Assert.That(Heard().Length, Is.EqualTo(80 * 16000));
            Assert.That(Server.Last.Types, Is.StringEnding("flush"));
        }

        [Test]
        public void ASecondClipTakesThePlaceOfTheFirst()
        {
            _tap.Speak(Clip(16000, 1, 3));
            Tick(1);
            Server.Frames(0, 0, 90);
            Play(1);
            _tap.Speak(Clip(16000, 1, 2));
            Tick(3);
            Assert.That(Server.Last.Types.Split(' ').Count(type => type == "clear"), Is.EqualTo(1));
            Server.Frames(1, 0, 60);
            Assert.That(Play(1.5), Is.LessThan(0.03));
        }

        [TestCase(24000, 1, 1.0)]
        [TestCase(22050, 2, 1.0)]
        [TestCase(16000, 1, 4.0)]
        [TestCase(48000, 1, 1.0)]
        public void StreamedSpeechIsHeardOnceAtItsOwnPaceAndTheFaceIsInStep(int rate, int channels, double pace)
        {
            _tap.BeginSpeech(rate, channels);
            float[] speech = Tone(rate, 3);
            int told = 0, pushed = 0;
            double worst = 0;
            for (double t = 0; t < 5; t += TickS)
            {
                int until = Math.Min(speech.Length, (int)(t * pace * rate));
                Push(speech, pushed, until, channels);
                if (until == speech.Length && pushed < until)
                {
                    _tap.EndSpeech();
                }
                pushed = until;
                int frames = Math.Min(90, (int)(30.0 * pushed / rate));
                if (frames > told)
                {
                    Server.Frames(0, told, frames - told);
                    told = frames;
                }
                Listen();
                double audibleS = AudibleS(rate);
                if (audibleS > 0.2 && audibleS < 2.9)
                {
                    worst = Math.Max(worst, Math.Abs(Shown / 100 * 1024 / 30 - audibleS));
                }
            }
            Assert.That(worst, Is.LessThan(0.03), "seconds between sound and face");
            Assert.That(_ended, Is.EqualTo(1));
            AssertHeard(rate, speech);
            Assert.That(Heard().Length, Is.EqualTo(48000).Within(2));
        }

        [Test]
        public void AGapInTheSpeechShiftsNothing()
        {
            _tap.BeginSpeech(16000);
            float[] speech = Tone(16000, 2);
            Push(speech, 0, 16000, 1);
            Server.Frames(0, 0, 30);
            for (int i = 0; i < 200; i++)
            {
                Listen();
            }
            Assert.That(Shown, Is.EqualTo(0f), "at rest while nothing comes");
            Push(speech, 16000, 32000, 1);
            Server.Frames(0, 30, 30);
            _tap.EndSpeech();
            int before = _heard.Count(sample => sample != 0);
            for (int i = 0; i < 60; i++)
            {
                Listen();
            }
            double audibleS = (_heard.Count(sample => sample != 0) - before) / 48000.0 + 1 - LatencyS;
            Assert.That(Shown / 100 * 1024 / 30, Is.EqualTo(audibleS).Within(0.05));
        }

        [Test]
        public void AnInterruptionSilencesStreamedSpeechAtOnceAndClosesIt()
        {
            _tap.BeginSpeech(16000);
            Push(Tone(16000, 3), 0, 48000, 1);
            Server.Frames(0, 0, 90);
            for (int i = 0; i < 50; i++)
            {
                Listen();
            }
            Assert.That(_heard.Last(), Is.Not.EqualTo(0));
            _tap.Interrupt();
            _heard.Clear();
            for (int i = 0; i < 25; i++)
            {
                Listen();
            }
            Assert.That(_heard.Any(sample => sample != 0), Is.False);
            Assert.That(Shown, Is.EqualTo(0f));
            Assert.Throws<InvalidOperationException>(() => _tap.Push(new float[10], 0, 10));
        }

        [Test]
        public void Pcm16IsTakenAsItIs()
        {
            _tap.BeginSpeech(16000);
            short[] samples = Bits(Speech(1600)).ToArray();
            var bytes = new byte[3200];
            Buffer.BlockCopy(samples, 0, bytes, 0, bytes.Length);
            _tap.PushPcm16(bytes, 0, bytes.Length);
            _tap.EndSpeech();
            Tick(2);
            Assert.That(Heard(), Is.EqualTo(samples));
        }

        [Test]
        public void ANewSessionInTheMiddleOfAClipGoesOnInStep()
        {
            _tap.Speak(Clip(16000, 1, 10));
            Tick(1);
            Server.Frames(0, 0, 60);
            Play(1.5);
            Server.Last.End(4410, "gone");
            Play(0.05);
            Server.Greet();
            Play(0.2);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Open));
            double originS = 10 - Heard().Length / 16000.0;
            Assert.That(originS, Is.EqualTo(1.5).Within(0.15), "sent again from what is heard");
            Server.Frames(0, 0, 200);
            Play(2);
            double expectedS = _source.timeSamples / 16000.0 - LatencyS - originS;
            Assert.That(Shown / 100 * 1024 / 30, Is.EqualTo(expectedS).Within(0.03));
        }

        private void Tick(int count)
        {
            for (int i = 0; i < count; i++)
            {
                Engine.Frame(TickS);
            }
        }

        /// <summary>Play on; the largest difference between what is heard and what is shown, seconds.</summary>
        private double Play(double seconds)
        {
            double worst = 0;
            for (double t = 0; t < seconds; t += TickS)
            {
                _source.Hear(TickS);
                Engine.Frame(TickS);
                double audibleS = _source.clip == null ? 0 : (double)_source.timeSamples / _source.clip.frequency - LatencyS;
                if (_source.isPlaying && audibleS > 0.2)
                {
                    worst = Math.Max(worst, Math.Abs(Shown / 100 * 1024 / 30 - audibleS));
                }
            }
            return worst;
        }

        /// <summary>10 ms of output and a frame of the game.</summary>
        private void Listen()
        {
            float[] output = Engine.Sound(Avatar, 480, 2);
            _heard.AddRange(output.Where((sample, i) => i % 2 == 0));
            Engine.Frame(TickS);
        }

        private double AudibleS(int rate)
        {
            int first = _heard.FindIndex(sample => sample != 0);
            return first < 0 ? -1 : (_heard.Count - first) / 48000.0 - LatencyS;
        }

        private void Push(float[] mono, int from, int until, int channels)
        {
            if (from == until)
            {
                return;
            }
            float[] samples = mono.Skip(from).Take(until - from).SelectMany(s => Enumerable.Repeat(s, channels)).ToArray();
            _tap.Push(samples, 0, samples.Length);
        }

        /// <summary>The tone is heard whole, once, without gaps, at its own pitch.</summary>
        private void AssertHeard(int rate, float[] speech)
        {
            int first = _heard.FindIndex(sample => sample != 0);
            double worst = 0;
            for (int i = 4800; i < 48000 * 3 - 4800; i++)
            {
                worst = Math.Max(worst, Math.Abs(_heard[first + i] - 0.5 * Math.Sin(2 * Math.PI * 200 * i / 48000.0 + 1)));
            }
            Assert.That(worst, Is.LessThan(0.03));
            Assert.That(_heard.Skip(first + 48000 * 3 + 10).All(sample => sample == 0));
            Assert.That(speech.Length, Is.EqualTo(3 * rate));
        }

        private static float[] Tone(int rate, int seconds)
        {
            return Enumerable.Range(0, rate * seconds)
                .Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * 200 * i / rate + 1))).ToArray();
        }

        private static AudioClip Clip(int rate, int channels, int seconds)
        {
            AudioClip clip = AudioClip.Create("clip", rate * seconds, channels, rate, false);
            clip.SetData(Bits(Speech(rate * seconds * channels)).Select(bits => bits / 32768f).ToArray(), 0);
            return clip;
        }
    }
}

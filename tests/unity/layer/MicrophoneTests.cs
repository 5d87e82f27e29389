using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using UnityEngine;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class MicrophoneTests : Scene
    {
        private MicrophoneSource _microphone;

        [SetUp]
        public void Plug()
        {
            Open();
            Server.Last.Sent.Clear();
        }

        [Test]
        public void EverythingThatIsHeardIsSentAroundTheRing()
        {
            Listen();
            float[] speech = Speech(7 * 16000);
            var random = new System.Random(1);
            for (int at = 0; at < speech.Length;)
            {
                int count = Math.Min(random.Next(1, 3000), speech.Length - at);
                Microphone.Hear(speech.Skip(at).Take(count).ToArray());
                at += count;
                Engine.Frame(count / 16000.0);
            }
            short[] heard = Heard();
            Assert.That(heard.Length, Is.InRange(speech.Length - 320, speech.Length));
            Assert.That(heard, Is.EqualTo(Bits(speech.Take(heard.Length))));
            Assert.That(_microphone.Level, Is.GreaterThan(0.5f));
        }

        [Test]
        public void ADeviceOfAnotherRateIsConverted()
        {
            Microphone.Caps["default"] = new[] { 44100, 48000 };
            Listen();
            Assert.That(Microphone.Ring.frequency, Is.EqualTo(44100));
            for (int i = 0; i < 100; i++)
            {
                Microphone.Hear(Tone(441, i * 441, 44100));
                Engine.Frame(0.01);
            }
            short[] heard = Heard();
            Assert.That(heard.Length, Is.InRange(15600, 16000), "a second of 16 kHz");
            double worst = heard.Skip(200).Take(15000)
                .Select((sample, i) => Math.Abs(sample / 32768.0 - 0.5 * Math.Sin(2 * Math.PI * 300 * (i + 200) / 16000))).Max();
            Assert.That(worst, Is.LessThan(0.003));
        }

        [Test]
        public void TheDeviceIsChosenByNameAndChanged()
        {
            Listen();
            Assert.That(Microphone.Opened, Is.EqualTo("default"));
            _microphone.Device = "Headset";
            Frames(70);
            Assert.That(Microphone.Opened, Is.EqualTo("Headset"));
            Assert.That(MicrophoneSource.Devices, Is.EqualTo(new[] { "Desk", "Headset" }));
        }

        [Test]
        public void ADeviceThatWasTakenAwayIsOpenedAgain()
        {
            Listen();
            Microphone.End(null);
            Microphone.devices = new string[0];
            Frames(200);
            Assert.That(_microphone.IsOpen, Is.False);
            Assert.That(Engine.Log.Single(), Is.StringContaining("no microphone"), "said once");
            Microphone.devices = new[] { "Desk" };
            Frames(70);
            Assert.That(_microphone.IsOpen, Is.True);
            Microphone.Hear(Speech(640));
            Frames(1);
            Assert.That(Heard(), Is.EqualTo(Bits(Speech(640))));
        }

        [Test]
        public void PermissionIsAskedForAndWaitedFor()
        {
            Application.Allowed = false;
            Application.Asked = null;
            Listen();
            Frames(120);
            Assert.That(Application.Asked, Is.Not.Null);
            Assert.That(_microphone.IsOpen, Is.False);
            Application.Allowed = true;
            Application.Asked.isDone = true;
            Frames(1);
            Assert.That(_microphone.IsOpen, Is.True);
        }

        [Test]
        public void ARefusalIsTold()
        {
            Application.Allowed = false;
            var told = new List<string>();
            Listen(told);
            Application.Asked.isDone = true;
            Frames(300);
            Assert.That(told.Single(), Is.StringContaining("allow it"));
            Application.Allowed = true;
            Frames(120);
            Assert.That(_microphone.IsOpen, Is.True, "allowed later, in the settings of the system");
        }

        [TestCase("Bluetooth", false, "Bluetooth is not there")]
        [TestCase("", true, "another program")]
        public void WhatIsWrongWithADeviceIsTold(string device, bool held, string said)
        {
            Microphone.IsHeld = held;
            Listen(null, device);
            Frames(100);
            Assert.That(Engine.Log.Single(), Is.StringContaining(said));
        }

        [Test]
        public void MutedItIsSilentAndEndsTheUtterance()
        {
            Listen();
            Microphone.Hear(Speech(640));
            Frames(1);
            _microphone.Muted = true;
            Microphone.Hear(Speech(1600));
            Frames(1);
            Assert.That(Server.Last.Types, Is.EqualTo("audio audio flush"));
            _microphone.Muted = false;
            Microphone.Hear(Speech(320));
            Frames(1);
            Assert.That(Server.Last.Types, Is.EqualTo("audio audio flush audio"));
            _microphone.enabled = false;
            Frames(1);
            Assert.That(Server.Last.Types, Is.StringEnding("flush"));
            Assert.That(Microphone.Opened, Is.EqualTo("none"));
        }

        private void Listen(List<string> told = null, string device = "")
        {
            _microphone = Avatar.AddComponent<MicrophoneSource>();
            if (told != null)
            {
                _microphone.Failed += told.Add;
            }
            if (device.Length > 0)
            {
                Engine.Log.Clear();
                _microphone.Device = device;
            }
            Frames(1);
        }

        private static float[] Tone(int count, int first, int rate)
        {
            return Enumerable.Range(first, count).Select(i => (float)(0.5 * Math.Sin(2 * Math.PI * 300 * i / rate))).ToArray();
        }
    }
}

using System;
using System.Linq;
using NUnit.Framework;
using UnityEngine;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class DriverTests : Scene
    {
        [Test]
        public void ItConnectsSendsAndShowsWhatComes()
        {
            Open();
            Assert.That(Server.Last.Sent[0]["head"], Is.True);
            Driver.SendSamples(Speech(320), 320, 1, 16000);
            Live(0, 0, 60);
            Assert.That(Heard(), Is.EqualTo(Bits(Speech(320))));
            Assert.That(Shown, Is.EqualTo(5.6f).Within(0.4), "frame 57 of 1024");
            Assert.That(Driver.Pose.Weights[0], Is.EqualTo(Shown / 100).Within(1e-5));
        }

        [Test]
        public void AnInterruptionEasesTheFaceToRest()
        {
            Open();
            Driver.SendSamples(Speech(32000), 32000, 1, 16000);
            Live(0, 0, 120);
            Assert.That(Shown, Is.GreaterThan(10));
            Driver.Interrupt();
            Server.Frames(0, 300, 100);
            Frames(15);
            Assert.That(Shown, Is.EqualTo(0f), "250 ms later");
            Frames(30);
            Assert.That(Shown, Is.EqualTo(0f));
            Assert.That(Server.Last.Types, Is.StringEnding("clear"));
        }

        [Test]
        public void AFaceWhoseConnectionIsLostGoesToRestAndGoesOnAfterIt()
        {
            Open();
            Driver.SendSamples(Speech(32000), 32000, 1, 16000);
            Live(0, 0, 120);
            Assert.That(Shown, Is.GreaterThan(10));
            Server.Last.End();
            Frames(1);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Resuming));
            Frames(60);
            Assert.That(Shown, Is.EqualTo(0f));
            Server.Greet(FakeServer.Map("utterance", 0, "audio_bytes", 64000));
            Frames(2);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Open));
            Live(0, 120, 30);
            Assert.That(Shown, Is.EqualTo(14.3f).Within(0.5));
        }

        [Test]
        public void ADisabledDriverLeavesAFaceAtRest()
        {
            Open();
            Live(0, 0, 60);
            Assert.That(Shown, Is.GreaterThan(4));
            Driver.enabled = false;
            Assert.That(Shown, Is.EqualTo(0f));
            Assert.That(Driver.State, Is.EqualTo(DriverState.Off));
            Assert.That(Server.Last.IsDropped, Is.True);
            Driver.enabled = true;
            Frames(1);
            Assert.That(Server.Sockets.Count, Is.EqualTo(2));
        }

        [Test]
        public void AServerThatIsAwayIsTriedAgainWithPauses()
        {
            AddDriver();
            for (int i = 0; i < 3000; i++)
            {
                Engine.Frame();
                if (Server.Sockets.Count > 0 && Server.Last.State == SocketState.Connecting)
                {
                    Server.Last.End();
                }
            }
            Assert.That(Driver.State, Is.EqualTo(DriverState.Connecting));
            Assert.That(Driver.LastError, Is.StringContaining("a2f-live serve"));
            Assert.That(Server.Sockets.Count, Is.InRange(12, 30), "in 50 s");
            Frames(240);
            Server.Greet();
            Frames(2);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Open));
            Assert.That(Driver.LastError, Is.Empty);
        }

        [Test]
        public void AServerThatTakesAndDropsIsNotTriedWithoutPause()
        {
            AddDriver();
            for (int i = 0; i < 600; i++)
            {
                Engine.Frame();
                if (Server.Last.State == SocketState.Connecting)
                {
                    Server.Greet();
                }
                else if (Server.Last.State == SocketState.Open)
                {
                    Server.Last.End(1011);
                }
            }
            Assert.That(Server.Sockets.Count, Is.InRange(4, 12), "in 10 s");
        }

        [Test]
        public void WhatMustBeMendedIsSaidOnceAndNotTriedAgain()
        {
            AddDriver();
            Frames(1);
            Server.Last.RefusalStatus = 401;
            Server.Last.End();
            Frames(600);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Failed));
            Assert.That(Server.Sockets.Count, Is.EqualTo(1));
            Assert.That(Engine.Log.Single(), Is.StringContaining("token"));
            Driver.Token = "right";
            Driver.Connect();
            Frames(1);
            Assert.That(Server.Sockets.Count, Is.EqualTo(2));
        }

        [TestCase("nonsense://x", 60)]
        [TestCase("ws://localhost:8000", 500)]
        public void SettingsThatCannotBeUsedAreSaid(string url, int fps)
        {
            AddDriver();
            Driver.Url = url;
            Driver.Settings.fps = fps;
            Driver.Connect();
            Frames(10);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Failed));
            Assert.That(Engine.Log.Count(line => line.StartsWith("error")), Is.EqualTo(1));
            Assert.That(Server.Sockets.Count, Is.EqualTo(0));
        }

        [Test]
        public void AnExpiredSessionIsFollowedByANewOne()
        {
            Open();
            int began = 0;
            Driver.StreamBegan += () => began++;
            Live(5, 0, 60);
            Server.Last.End(4410, "gone");
            Frames(2);
            Server.Greet();
            Frames(2);
            Assert.That(Driver.State, Is.EqualTo(DriverState.Open));
            Assert.That(began, Is.EqualTo(1));
            Assert.That(Server.Last.Sent[0].ContainsKey("resume"), Is.False);
            Live(0, 0, 60);
            Assert.That(Shown, Is.GreaterThan(5), "utterances count from 0 again");
        }

        [Test]
        public void EmotionsAreSentAndOutliveTheSession()
        {
            Open();
            Driver.SetEmotion("joy", 0.5f);
            Driver.SetEmotion("anger", 0.25f);
            Frames(1);
            object told = Server.Last.Sent.Last()["emotions"];
            Assert.That(told, Is.EqualTo(FakeServer.Map("joy", 0.5, "anger", 0.25)));
            Server.Last.End(4410, "gone");
            Frames(2);
            Server.Greet();
            Frames(2);
            Assert.That(Server.Last.Sent[0]["emotions"], Is.EqualTo(told));
            Assert.Throws<A2FException>(() => Driver.SetEmotion("envy", 1));
        }

        [Test]
        public void ShowingMakesNoGarbage()
        {
            Open();
            Server.Frames(0, 0, 2000);
            Frames(60);
            FramePlayer player = Driver.Player;
            var target = Avatar.GetComponent<BlendshapeTarget>();
            double nowS = Time.realtimeSinceStartupAsDouble;
            Action frame = () =>
            {
                player.ShowLive(nowS += 0.001);
                target.Apply(player.Pose);
            };
            // The stub of the renderer keeps weights in a dictionary, which has grown to its size by now.
            Assert.That(Garbage.Of(frame, 500), Is.EqualTo(0));
        }
    }
}

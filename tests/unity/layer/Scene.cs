// A game with one avatar, and a server that the test plays.
using System;
using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;
using UnityEngine;

namespace A2FLive.Tests
{
    /// <summary>Sets up the stage before each test and turns the loop of the game.</summary>
    public abstract class Scene
    {
        internal FakeServer Server { get; private set; }
        internal GameObject Avatar { get; private set; }
        internal AvatarDriver Driver { get; private set; }
        internal SkinnedMeshRenderer Face { get; private set; }

        [SetUp]
        public void SetStage()
        {
            Engine.Reset();
            Application.Allowed = true;
            Microphone.devices = new[] { "Desk", "Headset" };
            Microphone.Caps.Clear();
            Microphone.IsHeld = false;
            Microphone.End(null);
            Server = new FakeServer();
            WebSockets.Factory = Server.Dial;
            Avatar = new GameObject("avatar");
            Face = MakeFace(Arkit.Names, 100);
            Avatar.AddComponent<BlendshapeTarget>();
        }

        internal SkinnedMeshRenderer MakeFace(IEnumerable<string> names, float full)
        {
            var child = new GameObject("face");
            child.transform.SetParent(Avatar.transform, false);
            var face = child.AddComponent<SkinnedMeshRenderer>();
            face.sharedMesh = new Mesh();
            foreach (string name in names)
            {
                face.sharedMesh.AddBlendShapeFrame(name, full, null, null, null);
            }
            return face;
        }

        internal void AddDriver()
        {
            Driver = Avatar.AddComponent<AvatarDriver>();
        }

        /// <summary>The driver connects and the server is ready.</summary>
        internal void Open()
        {
            AddDriver();
            Engine.Frame();
            Server.Greet();
            Engine.Frame();
            Assert.That(Driver.State, Is.EqualTo(DriverState.Open));
        }

        /// <summary>What the first weight is shown as, 0 to 100.</summary>
        internal float Shown
        {
            get { return Face.GetBlendShapeWeight(0); }
        }

        internal static void Frames(int count, double seconds = 1 / 60.0)
        {
            for (int i = 0; i < count; i++)
            {
                Engine.Frame(seconds);
            }
        }

        /// <summary>So many frames of an utterance come as they are spoken, while the game goes on.</summary>
        internal void Live(int utterance, int first, int count)
        {
            for (int i = first; i < first + count; i++)
            {
                Server.Frames(utterance, i, 1);
                Frames(2);
            }
        }

        /// <summary>All PCM that the newest connection carried, as samples.</summary>
        internal short[] Heard()
        {
            byte[] bytes = Server.Last.Sent.Where(message => (string)message["type"] == "audio")
                .SelectMany(message => (byte[])message["pcm"]).ToArray();
            var samples = new short[bytes.Length / 2];
            Buffer.BlockCopy(bytes, 0, samples, 0, bytes.Length);
            return samples;
        }

        /// <summary>Samples of 16 bits, no two neighbours alike.</summary>
        internal static float[] Speech(int count, int first = 0)
        {
            return Enumerable.Range(first, count).Select(i => (short)(i * 7919) / 32768f).ToArray();
        }

        internal static IEnumerable<short> Bits(IEnumerable<float> samples)
        {
            return samples.Select(sample => (short)Math.Round(sample * 32768));
        }
    }
}

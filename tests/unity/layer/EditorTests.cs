using System.Collections.Generic;
using System.Linq;
using A2FLive.Editor;
using A2FLive.Samples;
using NUnit.Framework;
using UnityEditor;
using UnityEngine;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class EditorTests : Scene
    {
        [Test]
        public void TheButtonShowsWhatIsFoundAndWhatIsMissing()
        {
            MakeFace(new[] { "jawOpen", "Smile" }, 100);
            Face.sharedMesh = null;
            List<string> boxes = Inspect("Map meshes");
            Assert.That(boxes[0], Is.EqualTo("Info: Mesh 1: 1 of 2 blendshapes move, and show 1 of 52 weights."));
            Assert.That(boxes[1], Is.EqualTo("None: Not moved: Smile."));
            Assert.That(boxes[2], Is.StringStarting("Warning: No mesh shows eyeBlinkLeft,"));
            Assert.That(boxes[2], Is.StringEnding("poorer without those of jaw and mouth."));
        }

        [Test]
        public void ACompleteAvatarHasNoGapsAndAnEmptyOneIsTold()
        {
            Assert.That(Inspect("Map meshes").Single(), Is.StringStarting("Info: Mesh 1: 52 of 52"));
            Face.sharedMesh = null;
            Assert.That(Inspect("Map meshes").Single(), Is.StringStarting("Error: No mesh"));
            Assert.That(Inspect("another button"), Is.Empty);
        }

        [Test]
        public void GapsOfOneMeshMayBeFilledByAnother()
        {
            var upper = new ShapeMap(Arkit.Names.Take(30).ToList());
            var lower = new ShapeMap(Arkit.Names.Skip(30).ToList());
            Assert.That(ShapeReport.Gaps(new[] { upper, lower }), Is.Empty);
            Assert.That(ShapeReport.Gaps(new[] { new ShapeMap(Arkit.Names.Take(51).ToList()) }), Is.EqualTo("No mesh shows tongueOut."));
        }

        [Test]
        public void TheMenuMakesAnAvatarTalk()
        {
            Selection.activeGameObject = null;
            Assert.That(TalkingFaceMenu.IsSelected(), Is.False);
            Selection.activeGameObject = Avatar;
            Assert.That(TalkingFaceMenu.IsSelected(), Is.True);
            TalkingFaceMenu.TalkByMicrophone();
            TalkingFaceMenu.TalkBySpeech();
            Assert.That(Avatar.GetComponent<MicrophoneSource>(), Is.Not.Null);
            Assert.That(Avatar.GetComponent<AudioSource>(), Is.Not.Null);
            Assert.That(Avatar.GetComponentsInChildren<AvatarDriver>().Length, Is.EqualTo(1));
            Assert.That(Avatar.GetComponentsInChildren<BlendshapeTarget>().Length, Is.EqualTo(1));
        }

        private List<string> Inspect(string pressed)
        {
            EditorGUILayout.Boxes.Clear();
            GUILayout.Pressed = pressed;
            new BlendshapeTargetEditor { target = Avatar.GetComponent<BlendshapeTarget>() }.OnInspectorGUI();
            GUILayout.Pressed = null;
            return EditorGUILayout.Boxes.ToList();
        }
    }

    [TestFixture]
    public sealed class SampleTests : Scene
    {
        [Test]
        public void TheSceneTalksAndObeysItsButtons()
        {
            var thing = new GameObject("sample");
            var sample = thing.AddComponent<TalkingHead>();
            Frames(2);
            Server.Greet();
            Frames(2);
            Assert.That(Server.Last.Sent[0]["idle"], Is.EqualTo("always"));
            Draw(sample, null);
            Assert.That(GUILayout.Labels[0], Is.StringStarting("Open"));
            Draw(sample, "Microphone");
            Microphone.Hear(Speech(640));
            Live(0, 0, 120);
            Assert.That(Heard().Length, Is.EqualTo(640));
            SkinnedMeshRenderer face = thing.GetComponent<AvatarDriver>().GetComponentsInChildren<SkinnedMeshRenderer>().Single();
            Assert.That(face.GetBlendShapeWeight(Arkit.Index("jawOpen")), Is.GreaterThan(5));
            Draw(sample, "Joy");
            Draw(sample, "Interrupt");
            Frames(30);
            Assert.That(face.GetBlendShapeWeight(Arkit.Index("jawOpen")), Is.EqualTo(0f));
            Assert.That(Server.Last.Types, Is.StringContaining("configure clear"));
        }

        [Test]
        public void EveryWeightMovesTheHeadOnItsOwnSide()
        {
            Mesh head = HeadMesh.Make();
            Assert.That(new ShapeMap(Enumerable.Range(0, 52).Select(head.GetBlendShapeName).ToList()).Missing, Is.Empty);
            for (int i = 0; i < Arkit.Count; i++)
            {
                string name = Arkit.Names[i];
                Vector3[] deltas = head.Deltas[i];
                Assert.That(deltas.Max(delta => delta.sqrMagnitude), Is.InRange(0.0002f, 0.2f), name);
                double centre = deltas.Select((delta, at) => (double)delta.sqrMagnitude * head.vertices[at].x).Sum();
                bool direction = name.StartsWith("jaw") || name == "mouthLeft" || name == "mouthRight";
                if (name.EndsWith("Left") && !direction)
                {
                    Assert.That(centre, Is.LessThan(0), name);
                }
                else if (name.EndsWith("Right") && !direction)
                {
                    Assert.That(centre, Is.GreaterThan(0), name);
                }
            }
        }

        [Test]
        public void TheSkinFacesOutward()
        {
            Mesh head = HeadMesh.Make();
            Vector3[] skin = head.vertices;
            int inward = 0;
            for (int i = 0; i < head.triangles.Length; i += 3)
            {
                Vector3 a = skin[head.triangles[i]], b = skin[head.triangles[i + 1]] - a, c = skin[head.triangles[i + 2]] - a;
                var normal = new Vector3(b.y * c.z - b.z * c.y, b.z * c.x - b.x * c.z, b.x * c.y - b.y * c.x);
                inward += normal.x * a.x + normal.y * a.y + normal.z * a.z < -1e-7f ? 1 : 0;
            }
            Assert.That(inward, Is.EqualTo(0));
        }

        private static void Draw(TalkingHead sample, string pressed)
        {
            GUILayout.Pressed = pressed;
            Engine.Send(sample, "OnGUI");
            Assert.That(GUILayout.Pressed, Is.Null, "the button is there");
        }
    }
}

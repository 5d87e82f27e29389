using System.Linq;
using NUnit.Framework;
using UnityEngine;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class TargetTests : Scene
    {
        private static readonly int Jaw = Arkit.Index("jawOpen");

        [TestCase(100f, WeightScale.Auto, 50f)]
        [TestCase(1f, WeightScale.Auto, 0.5f)]
        [TestCase(100f, WeightScale.One, 0.5f)]
        [TestCase(1f, WeightScale.Hundred, 50f)]
        [TestCase(0f, WeightScale.Auto, 50f)]
        public void FullWeightIsWhatTheMeshSaysOrWhatIsAskedFor(float full, WeightScale scale, float expected)
        {
            SkinnedMeshRenderer face = MakeFace(new[] { "Eyes", "Head.jaw_open" }, full);
            BlendshapeTarget target = Target(face);
            target.Scale = scale;
            target.Apply(Pose(Jaw, 0.5f));
            Assert.That(face.GetBlendShapeWeight(1), Is.EqualTo(expected));
        }

        [Test]
        public void GainAndOffsetChangeOneShape()
        {
            BlendshapeTarget target = Target(Face);
            target.Gains = new[]
            {
                new ShapeGain { name = "JawOpen", gain = 0.5f },
                new ShapeGain { name = "mouth_close", gain = 1, offset = 0.25f },
                new ShapeGain { name = "mouthFunnel", gain = 9 },
                new ShapeGain { name = "wings", gain = 1 },
            };
            FacePose pose = Pose(Jaw, 0.5f);
            pose.Weights[Arkit.Index("mouthFunnel")] = 0.5f;
            target.Apply(pose);
            Assert.That(Face.GetBlendShapeWeight(Jaw), Is.EqualTo(25f));
            Assert.That(Face.GetBlendShapeWeight(Arkit.Index("mouthClose")), Is.EqualTo(25f));
            Assert.That(Face.GetBlendShapeWeight(Arkit.Index("mouthFunnel")), Is.EqualTo(100f), "never beyond full");
            Assert.That(Engine.Log.Single(), Is.StringContaining("wings"));
        }

        [Test]
        public void AllMeshesBelowMoveAndShapesOfOtherNamesAreLeftAlone()
        {
            SkinnedMeshRenderer teeth = MakeFace(new[] { "Smile", "jawOpen", "eyeBlink_L" }, 100);
            MakeFace(new string[0], 100);
            BlendshapeTarget target = Avatar.GetComponent<BlendshapeTarget>();
            Assert.That(target.Map().Count, Is.EqualTo(2));
            target.Apply(Pose(Jaw, 1));
            Assert.That(Face.GetBlendShapeWeight(Jaw), Is.EqualTo(100f));
            Assert.That(teeth.GetBlendShapeWeight(1), Is.EqualTo(100f));
            Assert.That(teeth.Sets, Is.EqualTo(1), "only what is not so already");
            target.Apply(Pose(Jaw, 1));
            Assert.That(teeth.Sets, Is.EqualTo(1), "what has not changed is not set again");
        }

        [Test]
        public void TheHeadTurnsAsTheProtocolSays([Values(0f, 90f, 200f)] float facing)
        {
            Transform head = Bone("head", Quaternion.Euler(20, 70, 130));
            Avatar.transform.rotation = Quaternion.Euler(0, facing, 0);
            Vector3 forward = Local(head, Vector3.forward), up = Local(head, Vector3.up);
            BlendshapeTarget target = Target(Face, head);
            target.Apply(Turned(yaw: 30));
            Assert.That(Seen(head, forward).x, Is.EqualTo(-0.5f).Within(1e-4), "own left is -x for one who looks along z");
            target.Apply(Turned(pitch: 30));
            Assert.That(Seen(head, forward).y, Is.EqualTo(0.5f).Within(1e-4));
            target.Apply(Turned(roll: 30));
            Assert.That(Seen(head, up).x, Is.EqualTo(0.5f).Within(1e-4), "towards the own right shoulder");
            target.Apply(Turned());
            Assert.That(Seen(head, forward).z, Is.EqualTo(1f).Within(1e-4), "back to where it was");
        }

        [Test]
        public void ATurnComesOnTopOfAnAnimation()
        {
            Transform head = Bone("head", Quaternion.identity);
            BlendshapeTarget target = Target(Face, head);
            for (int i = 0; i < 5; i++)
            {
                head.localRotation = Quaternion.Euler(0, -10 * i, 0);
                target.Apply(Turned(yaw: 30));
                Quaternion expected = Quaternion.Euler(0, -30, 0) * Quaternion.Euler(0, -10 * i, 0);
                Assert.That(head.rotation == expected, Is.True);
            }
            target.enabled = false;
            Assert.That(head.localRotation == Quaternion.Euler(0, -40, 0), Is.True);
        }

        [Test]
        public void EyesTurnWithTheGaze()
        {
            Transform left = Bone("left", Quaternion.identity), right = Bone("right", Quaternion.identity);
            BlendshapeTarget target = Target(Face, null, left, right);
            FacePose pose = Pose(Arkit.Index("eyeLookOutLeft"), 1);
            pose.Weights[Arkit.Index("eyeLookInRight")] = 1;
            pose.Weights[Arkit.Index("eyeLookUpRight")] = 0.5f;
            target.Apply(pose);
            Assert.That(left.rotation == Quaternion.Euler(0, -30, 0), Is.True);
            Assert.That(right.rotation == Quaternion.Euler(-11, -30, 0), Is.True);
        }

        private BlendshapeTarget Target(SkinnedMeshRenderer face, Transform head = null, Transform left = null, Transform right = null)
        {
            BlendshapeTarget target = Avatar.GetComponent<BlendshapeTarget>();
            target.Meshes = new[] { face };
            target.SetBones(head, left, right);
            return target;
        }

        private Transform Bone(string name, Quaternion rotation)
        {
            Transform bone = new GameObject(name).transform;
            bone.SetParent(Avatar.transform, false);
            bone.localRotation = rotation;
            return bone;
        }

        /// <summary>A direction of the character as the bone has it at rest.</summary>
        private Vector3 Local(Transform bone, Vector3 direction)
        {
            return Quaternion.Inverse(bone.rotation) * (Avatar.transform.rotation * direction);
        }

        /// <summary>Where such a direction points now, seen by the character.</summary>
        private Vector3 Seen(Transform bone, Vector3 local)
        {
            return Quaternion.Inverse(Avatar.transform.rotation) * (bone.rotation * local);
        }

        private static FacePose Pose(int index, float weight)
        {
            var pose = new FacePose();
            pose.Weights[index] = weight;
            return pose;
        }

        private static FacePose Turned(float yaw = 0, float pitch = 0, float roll = 0)
        {
            var row = new float[FrameRing.Width];
            row[Arkit.Count] = yaw;
            row[Arkit.Count + 1] = pitch;
            row[Arkit.Count + 2] = roll;
            var pose = new FacePose();
            pose.Take(row);
            return pose;
        }
    }
}

using A2FLive;
using NUnit.Framework;
using UnityEngine;

namespace SomebodysGame
{
    /// <summary>A target of somebody else's, with both namespaces in sight: no name of the package is one of Unity's.</summary>
    public sealed class SilentTarget : FaceTarget
    {
        public float Jaw { get; private set; }

        public Pose Place { get; set; }

        public override void Apply(FacePose pose)
        {
            Jaw = pose.Weights[Arkit.Index("jawOpen")];
        }
    }

    [TestFixture]
    public sealed class OutsideTests
    {
        [Test]
        public void ATargetOfSomebodyElseIsShownTheFace()
        {
            var target = new GameObject("avatar").AddComponent<SilentTarget>();
            var pose = new FacePose();
            pose.Weights[Arkit.Index("jawOpen")] = 0.5f;
            target.Apply(pose);
            Assert.That(target.Jaw, Is.EqualTo(0.5f));
        }
    }
}

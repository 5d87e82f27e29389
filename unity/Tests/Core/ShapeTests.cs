using System.Collections.Generic;
using System.Linq;
using NUnit.Framework;

namespace A2FLive.Tests
{
    [TestFixture]
    public sealed class ShapeTests
    {
        private static readonly string[] Forms =
        {
            "{0}", "blendShape1.{0}", "Face.M_F00_{0}", "Head_Mesh_{0}", "{0}.001", "ARKit_{0}", "{0}_2",
        };

        [Test]
        public void EveryNameIsFoundInEverySpelling()
        {
            for (int i = 0; i < Arkit.Count; i++)
            {
                foreach (string spelling in Spellings(Arkit.Names[i]))
                {
                    foreach (string form in Forms)
                    {
                        string name = string.Format(form, spelling);
                        Assert.That(ShapeNames.Match(name), Is.EqualTo(i), name);
                    }
                }
            }
        }

        [TestCase("jawLeft", "jawLeft")]
        [TestCase("mouthRight", "mouthRight")]
        [TestCase("browInnerUp_L", "browInnerUp")]
        [TestCase("cheekPuffRight", "cheekPuff")]
        [TestCase("L_eyeBlink", "eyeBlinkLeft")]
        [TestCase("Eye_Blink_R", "eyeBlinkRight")]
        [TestCase("Mouth_Smile_L", "mouthSmileLeft")]
        public void TrapsOfNaming(string name, string meant)
        {
            Assert.That(ShapeNames.Match(name), Is.EqualTo(Arkit.Index(meant)));
        }

        [TestCase("")]
        [TestCase("A")]
        [TestCase("Smile")]
        [TestCase("jaw")]
        [TestCase("Fcl_ALL_Joy")]
        [TestCase("viseme_aa")]
        [TestCase("123")]
        [TestCase("jaw_L")]
        [TestCase("mouth_R")]
        public void OtherShapesAreLeftAlone(string name)
        {
            Assert.That(ShapeNames.Match(name), Is.EqualTo(-1));
        }

        [Test]
        public void AMapTellsWhatIsMissingAndWhatIsUnused()
        {
            List<string> shapes = Arkit.Names.Where(name => name != "tongueOut").Select(name => "Head." + name).ToList();
            shapes.Add("Fcl_ALL_Joy");
            shapes.Add("browInnerUp_L");
            var map = new ShapeMap(shapes);
            Assert.That(map.Missing, Is.EqualTo(new[] { "tongueOut" }));
            Assert.That(map.Unused, Is.EqualTo(new[] { "Fcl_ALL_Joy" }));
            Assert.That(map.Matched, Is.EqualTo(52));
            Assert.That(map.Count, Is.EqualTo(53));
            Assert.That(map.WeightOf(52), Is.EqualTo(Arkit.Index("browInnerUp")));
            Assert.That(map.WeightOf(51), Is.EqualTo(-1));
        }

        [Test]
        public void EyesLookWhereTheWeightsSay()
        {
            var weights = new float[Arkit.Count];
            weights[Arkit.Index("eyeLookOutLeft")] = 0.5f;
            weights[Arkit.Index("eyeLookInRight")] = 0.5f;
            weights[Arkit.Index("eyeLookDownLeft")] = 0.25f;
            Gaze.Left(weights, out float left, out float up);
            Assert.That(left, Is.EqualTo(0.5f));
            Assert.That(up, Is.EqualTo(-0.25f));
            Gaze.Right(weights, out left, out up);
            Assert.That(left, Is.EqualTo(0.5f));
            Assert.That(up, Is.EqualTo(0f));
        }

        private static IEnumerable<string> Spellings(string name)
        {
            yield return name;
            yield return char.ToUpper(name[0]) + name.Substring(1);
            yield return name.ToUpper();
            yield return string.Concat(name.Select(letter => char.IsUpper(letter) ? "_" + char.ToLower(letter) : letter.ToString()));
            yield return string.Concat(name.Select(letter => char.IsUpper(letter) ? "-" + letter : letter.ToString()));
            bool isDirection = name == "jawLeft" || name == "jawRight" || name == "mouthLeft" || name == "mouthRight";
            if (!isDirection && name.EndsWith("Left"))
            {
                yield return name.Replace("Left", "_L");
            }
            if (!isDirection && name.EndsWith("Right"))
            {
                yield return name.Replace("Right", "_R");
            }
        }
    }
}

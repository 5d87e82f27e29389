// A head made in code, with the 52 ARKit blendshapes: plain, but every weight can be seen.
using System.Collections.Generic;
using UnityEngine;

namespace A2FLive.Samples
{
    /// <summary>An egg with a mouth that opens: each blendshape moves the skin around a place in a direction.</summary>
    public static class HeadMesh
    {
        private const int Rings = 72;
        private const int Sectors = 96;

        private static readonly Vector3 Size = new Vector3(0.78f, 1, 0.84f);
        private static readonly Vector3 Lips = new Vector3(0, -0.42f, 0.75f);
        private static readonly Vector3 Eye = new Vector3(0.3f, 0.18f, 0.74f);
        private static readonly Vector3 Brow = new Vector3(0.3f, 0.4f, 0.72f);
        private static readonly Vector3 Cheek = new Vector3(0.42f, -0.15f, 0.66f);
        private static readonly Vector3 Corner = new Vector3(0.24f, -0.42f, 0.7f);
        private static readonly Vector3 Jaw = new Vector3(0, -0.72f, 0.5f);
        private static readonly Vector3 Nose = new Vector3(0.12f, -0.05f, 0.83f);

        /// <summary>The mesh.</summary>
        public static Mesh Make()
        {
            var mesh = new Mesh { name = "Head", vertices = Skin(), triangles = Triangles() };
            mesh.RecalculateNormals();
            mesh.RecalculateBounds();
            var nothing = new Vector3[mesh.vertices.Length];
            foreach (string name in Arkit.Names)
            {
                mesh.AddBlendShapeFrame(name, 100, Shape(mesh.vertices, name), nothing, nothing);
            }
            return mesh;
        }

        private static Vector3[] Skin()
        {
            var skin = new Vector3[(Rings + 1) * (Sectors + 1)];
            for (int ring = 0; ring <= Rings; ring++)
            {
                float tilt = Mathf.PI * ring / Rings;
                for (int sector = 0; sector <= Sectors; sector++)
                {
                    // The seam is at the back of the head.
                    float turn = 2 * Mathf.PI * sector / Sectors + Mathf.PI;
                    var place = new Vector3(Mathf.Sin(tilt) * Mathf.Sin(turn), Mathf.Cos(tilt), Mathf.Sin(tilt) * Mathf.Cos(turn));
                    skin[ring * (Sectors + 1) + sector] = Vector3.Scale(place, Size) + Features(Vector3.Scale(place, Size));
                }
            }
            return skin;
        }

        /// <summary>Nose, eye sockets and a groove between the lips.</summary>
        private static Vector3 Features(Vector3 place)
        {
            Vector3 eye = Near(place, Eye, 0.16f) > Near(place, Mirrored(Eye), 0.16f) ? Eye : Mirrored(Eye);
            float groove = Near(place, Lips, 0.22f) * Mathf.Exp(-Square((place.y - Lips.y) / 0.035f));
            return new Vector3(0, 0, 0.17f) * Near(place, new Vector3(0, -0.08f, 0.84f), 0.14f)
                + new Vector3(0, 0, -0.07f) * Near(place, eye, 0.16f)
                + new Vector3(0, 0, -0.06f) * groove;
        }

        private static int[] Triangles()
        {
            var triangles = new List<int>();
            for (int ring = 0; ring < Rings; ring++)
            {
                for (int sector = 0; sector < Sectors; sector++)
                {
                    int at = ring * (Sectors + 1) + sector, below = at + Sectors + 1;
                    triangles.AddRange(new[] { at, below, at + 1, at + 1, below, below + 1 });
                }
            }
            return triangles.ToArray();
        }

        private static Vector3[] Shape(Vector3[] skin, string name)
        {
            // A head that looks along z has its own left at -x.
            bool left = name.EndsWith("Left");
            bool sided = (left || name.EndsWith("Right")) && !IsDirection(name);
            string kind = sided ? name.Substring(0, name.Length - (left ? 4 : 5)) : name;
            var deltas = new Vector3[skin.Length];
            for (int i = 0; i < skin.Length; i++)
            {
                Vector3 place = sided && left ? Mirrored(skin[i]) : skin[i];
                Vector3 delta = Moved(kind, place);
                deltas[i] = sided && left ? Mirrored(delta) : delta;
            }
            return deltas;
        }

        private static bool IsDirection(string name)
        {
            return name == "jawLeft" || name == "jawRight" || name == "mouthLeft" || name == "mouthRight";
        }

        /// <summary>Where a blendshape of the right half, or of both, moves a place of the skin.</summary>
        private static Vector3 Moved(string kind, Vector3 place)
        {
            Move move = Moves[kind];
            float share = Near(place, move.At, move.Reach);
            if (move.Half != 0)
            {
                share *= (place.y - move.At.y) * move.Half > 0 ? 1 : 0;
            }
            return move.By * share;
        }

        private static float Near(Vector3 place, Vector3 centre, float reach)
        {
            return Mathf.Exp(-(place - centre).sqrMagnitude / (reach * reach));
        }

        private static Vector3 Mirrored(Vector3 place)
        {
            return new Vector3(-place.x, place.y, place.z);
        }

        private static float Square(float value)
        {
            return value * value;
        }

        private struct Move
        {
            public Vector3 At;
            public float Reach;
            public Vector3 By;
            /// <summary>1: only what lies above, -1: only what lies below.</summary>
            public int Half;
        }

        private static Move Skinned(Vector3 at, float reach, float x, float y, float z, int half = 0)
        {
            return new Move { At = at, Reach = reach, By = new Vector3(x, y, z), Half = half };
        }

        private static readonly Dictionary<string, Move> Moves = new Dictionary<string, Move>
        {
            { "eyeBlink", Skinned(Eye, 0.13f, 0, -0.1f, 0.04f, 1) },
            { "eyeLookDown", Skinned(Eye, 0.07f, 0, -0.03f, 0) },
            { "eyeLookIn", Skinned(Eye, 0.07f, -0.03f, 0, 0) },
            { "eyeLookOut", Skinned(Eye, 0.07f, 0.03f, 0, 0) },
            { "eyeLookUp", Skinned(Eye, 0.07f, 0, 0.03f, 0) },
            { "eyeSquint", Skinned(Eye, 0.13f, 0, 0.05f, 0.02f, -1) },
            { "eyeWide", Skinned(Eye, 0.14f, 0, 0.05f, 0, 1) },
            { "jawForward", Skinned(Jaw, 0.35f, 0, 0, 0.1f) },
            { "jawLeft", Skinned(Jaw, 0.35f, -0.1f, 0, 0) },
            { "jawRight", Skinned(Jaw, 0.35f, 0.1f, 0, 0) },
            { "jawOpen", Skinned(Lips, 0.36f, 0, -0.3f, -0.04f, -1) },
            { "mouthClose", Skinned(Lips, 0.2f, 0, 0.22f, 0.03f, -1) },
            { "mouthFunnel", Skinned(Lips, 0.2f, 0, 0, 0.12f) },
            { "mouthPucker", Skinned(Lips, 0.15f, 0, 0, 0.15f) },
            { "mouthLeft", Skinned(Lips, 0.22f, -0.1f, 0, 0) },
            { "mouthRight", Skinned(Lips, 0.22f, 0.1f, 0, 0) },
            { "mouthSmile", Skinned(Corner, 0.15f, 0.08f, 0.1f, -0.03f) },
            { "mouthFrown", Skinned(Corner, 0.15f, 0.03f, -0.1f, 0) },
            { "mouthDimple", Skinned(Corner, 0.1f, 0.05f, 0, -0.06f) },
            { "mouthStretch", Skinned(Corner, 0.15f, 0.1f, -0.04f, -0.03f) },
            { "mouthRollLower", Skinned(Lips, 0.16f, 0, 0.04f, -0.06f, -1) },
            { "mouthRollUpper", Skinned(Lips, 0.16f, 0, -0.04f, -0.06f, 1) },
            { "mouthShrugLower", Skinned(Lips, 0.2f, 0, 0.06f, 0.04f, -1) },
            { "mouthShrugUpper", Skinned(Lips, 0.2f, 0, 0.05f, 0.04f, 1) },
            { "mouthPress", Skinned(Corner, 0.12f, -0.02f, 0, -0.04f) },
            { "mouthLowerDown", Skinned(new Vector3(0.1f, -0.46f, 0.74f), 0.13f, 0, -0.08f, 0, -1) },
            { "mouthUpperUp", Skinned(new Vector3(0.1f, -0.4f, 0.75f), 0.13f, 0, 0.08f, 0, 1) },
            { "browDown", Skinned(Brow, 0.16f, -0.03f, -0.09f, 0.02f) },
            { "browInnerUp", Skinned(new Vector3(0, 0.4f, 0.78f), 0.2f, 0, 0.1f, 0.02f) },
            { "browOuterUp", Skinned(new Vector3(0.42f, 0.4f, 0.64f), 0.16f, 0, 0.1f, 0.02f) },
            { "cheekPuff", Skinned(new Vector3(0, -0.3f, 0.7f), 0.5f, 0, 0, 0.1f) },
            { "cheekSquint", Skinned(Cheek, 0.17f, 0, 0.07f, 0.05f) },
            { "noseSneer", Skinned(Nose, 0.12f, 0.02f, 0.06f, 0.02f) },
            { "tongueOut", Skinned(new Vector3(0, -0.47f, 0.74f), 0.06f, 0, -0.03f, 0.14f) },
        };
    }
}

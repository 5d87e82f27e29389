// What a face shows at one moment.
namespace A2FLive
{
    /// <summary>One face: read it, never keep it; its arrays change with every frame that is shown.</summary>
    public sealed class FacePose
    {
        /// <summary>52 weights, 0 to 1, in the order of `Arkit.Names`.</summary>
        public float[] Weights { get; } = new float[Arkit.Count];

        /// <summary>15 visemes, 0 to 1, in the order of `Arkit.VisemeNames`; `sil` is 1 where nobody speaks.</summary>
        public float[] Visemes { get; } = new float[Arkit.VisemeCount];

        /// <summary>Degrees that the head is turned to the face's own left.</summary>
        public float HeadYaw { get; private set; }
        /// <summary>Degrees that the head is lifted.</summary>
        public float HeadPitch { get; private set; }
        /// <summary>Degrees that the head leans towards its own right shoulder.</summary>
        public float HeadRoll { get; private set; }

        internal void Take(float[] row)
        {
            System.Array.Copy(row, 0, Weights, 0, Arkit.Count);
            HeadYaw = row[Arkit.Count];
            HeadPitch = row[Arkit.Count + 1];
            HeadRoll = row[Arkit.Count + 2];
            System.Array.Copy(row, FrameRing.Visemes, Visemes, 0, Arkit.VisemeCount);
        }
    }
}

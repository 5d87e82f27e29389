// Where the eyes look, from the weights that say it.
namespace A2FLive
{
    /// <summary>Directions of the eyes, as shares of how far an eye can turn.</summary>
    public static class Gaze
    {
        private static readonly int LeftIn = Arkit.Index("eyeLookInLeft");
        private static readonly int LeftOut = Arkit.Index("eyeLookOutLeft");
        private static readonly int LeftUp = Arkit.Index("eyeLookUpLeft");
        private static readonly int LeftDown = Arkit.Index("eyeLookDownLeft");
        private static readonly int RightIn = Arkit.Index("eyeLookInRight");
        private static readonly int RightOut = Arkit.Index("eyeLookOutRight");
        private static readonly int RightUp = Arkit.Index("eyeLookUpRight");
        private static readonly int RightDown = Arkit.Index("eyeLookDownRight");

        /// <summary>The left eye: to the face's own left, and up, are positive; -1 to 1.</summary>
        public static void Left(float[] weights, out float left, out float up)
        {
            left = weights[LeftOut] - weights[LeftIn];
            up = weights[LeftUp] - weights[LeftDown];
        }

        /// <summary>The right eye: to the face's own left, and up, are positive; -1 to 1.</summary>
        public static void Right(float[] weights, out float left, out float up)
        {
            left = weights[RightIn] - weights[RightOut];
            up = weights[RightUp] - weights[RightDown];
        }
    }
}

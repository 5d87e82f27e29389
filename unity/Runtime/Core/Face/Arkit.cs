// The 52 ARKit blendshapes and the 15 visemes: names in the order that the package uses everywhere.
using System;
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>Names of weights, visemes and emotions. Rows of the package are always in this order.</summary>
    public static class Arkit
    {
        /// <summary>How many weights a frame has.</summary>
        public const int Count = 52;
        /// <summary>Yaw, pitch and roll of the head.</summary>
        public const int HeadCount = 3;
        /// <summary>How many visemes a frame has, where it has any.</summary>
        public const int VisemeCount = 15;

        /// <summary>Canonical names of the weights, as Apple's documentation and Live Link Face order them.</summary>
        public static readonly IReadOnlyList<string> Names = Words(
            "eyeBlinkLeft eyeLookDownLeft eyeLookInLeft eyeLookOutLeft eyeLookUpLeft eyeSquintLeft eyeWideLeft " +
            "eyeBlinkRight eyeLookDownRight eyeLookInRight eyeLookOutRight eyeLookUpRight eyeSquintRight eyeWideRight " +
            "jawForward jawLeft jawRight jawOpen mouthClose mouthFunnel mouthPucker mouthLeft mouthRight " +
            "mouthSmileLeft mouthSmileRight mouthFrownLeft mouthFrownRight mouthDimpleLeft mouthDimpleRight " +
            "mouthStretchLeft mouthStretchRight mouthRollLower mouthRollUpper mouthShrugLower mouthShrugUpper " +
            "mouthPressLeft mouthPressRight mouthLowerDownLeft mouthLowerDownRight mouthUpperUpLeft mouthUpperUpRight " +
            "browDownLeft browDownRight browInnerUp browOuterUpLeft browOuterUpRight " +
            "cheekPuff cheekSquintLeft cheekSquintRight noseSneerLeft noseSneerRight tongueOut");

        /// <summary>Names of the visemes, those of Oculus.</summary>
        public static readonly IReadOnlyList<string> VisemeNames = Words("sil PP FF TH DD kk CH SS nn RR aa E I O U");

        /// <summary>The emotions that a stream can be given.</summary>
        public static readonly IReadOnlyList<string> Emotions = Words(
            "amazement anger cheekiness disgust fear grief joy outofbreath pain sadness");

        /// <summary>Place of a canonical name in a row; -1 for another name.</summary>
        public static int Index(string name)
        {
            return Places.TryGetValue(name, out int index) ? index : -1;
        }

        private static readonly Dictionary<string, int> Places = Numbered(Names);

        private static string[] Words(string text)
        {
            return text.Split(' ');
        }

        private static Dictionary<string, int> Numbered(IReadOnlyList<string> names)
        {
            var places = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < names.Count; i++)
            {
                places[names[i]] = i;
            }
            return places;
        }
    }
}

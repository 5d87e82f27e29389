// What a mapping found, in sentences.
using System.Collections.Generic;
using System.Linq;

namespace A2FLive.Editor
{
    /// <summary>Sentences about the blendshapes of an avatar.</summary>
    public static class ShapeReport
    {
        /// <summary>What one mesh can show.</summary>
        public static string Found(ShapeMap map)
        {
            int shown = Arkit.Count - map.Missing.Count;
            return $"{map.Matched} of {map.Count} blendshapes move, and show {shown} of {Arkit.Count} weights.";
        }

        /// <summary>Blendshapes of one mesh that nothing moves.</summary>
        public static string Unused(ShapeMap map)
        {
            return "Not moved: " + string.Join(", ", map.Unused) + ".";
        }

        /// <summary>Weights that no mesh of the avatar shows, and what that means for speech; empty if there are none.</summary>
        public static string Gaps(IReadOnlyList<ShapeMap> maps)
        {
            List<string> missing = Arkit.Names.Where(name => maps.All(map => map.Missing.Contains(name))).ToList();
            if (missing.Count == 0)
            {
                return "";
            }
            bool speech = missing.Any(name => name.StartsWith("jaw") || name.StartsWith("mouth"));
            string rest = speech ? " Speech will look poorer without those of jaw and mouth." : "";
            return "No mesh shows " + string.Join(", ", missing) + "." + rest;
        }
    }
}

// Names of blendshapes in every spelling to the weights that they mean.
using System;
using System.Collections.Generic;
using System.Text;

namespace A2FLive
{
    /// <summary>
    /// Knows jawOpen, JawOpen, jaw_open, JAW-OPEN, eyeBlink_L, EyeBlinkLeft, L_eyeBlink, blendShape1.jawOpen,
    /// Head_Mouth.mouthSmile_R, jawOpen.001: case, separators, prefixes and counters do not matter.
    /// </summary>
    public static class ShapeNames
    {
        private const int ShortestSuffix = 7;

        private static readonly Dictionary<string, int> Spellings = AllSpellings();

        /// <summary>Place in a row of the weight that a name means; -1 if it means none.</summary>
        public static int Match(string name)
        {
            string plain = Plain(name);
            int index = Find(plain);
            if (index < 0)
            {
                index = Find(plain.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'));
            }
            return index;
        }

        /// <summary>The longest spelling that a name ends with.</summary>
        private static int Find(string plain)
        {
            for (int start = 0; plain.Length - start >= ShortestSuffix; start++)
            {
                if (Spellings.TryGetValue(plain.Substring(start), out int index))
                {
                    return index;
                }
            }
            return -1;
        }

        /// <summary>Letters and digits only, all small.</summary>
        private static string Plain(string name)
        {
            var plain = new StringBuilder(name.Length);
            foreach (char letter in name)
            {
                if (char.IsLetterOrDigit(letter))
                {
                    plain.Append(char.ToLowerInvariant(letter));
                }
            }
            return plain.ToString();
        }

        private static Dictionary<string, int> AllSpellings()
        {
            var spellings = new Dictionary<string, int>(StringComparer.Ordinal);
            for (int i = 0; i < Arkit.Count; i++)
            {
                string name = Arkit.Names[i].ToLowerInvariant();
                spellings[name] = i;
                AddSides(spellings, Arkit.Names[i], name, i);
            }
            return spellings;
        }

        /// <summary>Left and right as _L and _R, before or behind; a shape without sides may come in two halves.</summary>
        private static void AddSides(Dictionary<string, int> spellings, string name, string small, int index)
        {
            // In these left and right is a direction, not a side, and nobody shortens it.
            if (name == "jawLeft" || name == "jawRight" || name == "mouthLeft" || name == "mouthRight")
            {
                return;
            }
            if (name == "browInnerUp" || name == "cheekPuff")
            {
                foreach (string side in new[] { "l", "r", "left", "right" })
                {
                    spellings[small + side] = index;
                }
            }
            string word = name.EndsWith("Left", StringComparison.Ordinal) ? "left"
                : name.EndsWith("Right", StringComparison.Ordinal) ? "right" : null;
            if (word != null)
            {
                string stem = small.Substring(0, small.Length - word.Length);
                spellings[stem + word[0]] = index;
                spellings[word[0] + stem] = index;
                spellings[word + stem] = index;
            }
        }
    }
}

// Which weight moves which blendshape of a mesh, and what is missing.
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>The blendshapes of one mesh, found by their names.</summary>
    public sealed class ShapeMap
    {
        private readonly int[] _weightOf;

        /// <summary>Match the names of the blendshapes of a mesh, in its order.</summary>
        public ShapeMap(IReadOnlyList<string> shapes)
        {
            _weightOf = new int[shapes.Count];
            var found = new bool[Arkit.Count];
            for (int i = 0; i < shapes.Count; i++)
            {
                _weightOf[i] = ShapeNames.Match(shapes[i]);
                if (_weightOf[i] >= 0)
                {
                    found[_weightOf[i]] = true;
                    Matched++;
                }
                else
                {
                    Unused.Add(shapes[i]);
                }
            }
            for (int i = 0; i < Arkit.Count; i++)
            {
                if (!found[i])
                {
                    Missing.Add(Arkit.Names[i]);
                }
            }
        }

        /// <summary>Blendshapes that the mesh has.</summary>
        public int Count
        {
            get { return _weightOf.Length; }
        }

        /// <summary>Blendshapes that a weight moves.</summary>
        public int Matched { get; }

        /// <summary>Weights that no blendshape shows.</summary>
        public List<string> Missing { get; } = new List<string>();

        /// <summary>Blendshapes that no weight moves.</summary>
        public List<string> Unused { get; } = new List<string>();

        /// <summary>Place in a row of the weight that moves a blendshape; -1 if none does.</summary>
        public int WeightOf(int shape)
        {
            return _weightOf[shape];
        }
    }
}

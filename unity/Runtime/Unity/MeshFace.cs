// One mesh of a face: which of its blendshapes shows which weight, and how strongly.
using System.Collections.Generic;
using UnityEngine;

namespace A2FLive
{
    /// <summary>
    /// Sets the blendshapes of a mesh; only those that are not so already, because setting one costs. What they are is asked
    /// of the mesh each time: an Animator may have set them back.
    /// </summary>
    internal sealed class MeshFace
    {
        private const float Hundred = 100;

        private readonly SkinnedMeshRenderer _renderer;
        private readonly int[] _shapes;
        private readonly int[] _weights;
        private readonly float[] _full;

        public MeshFace(SkinnedMeshRenderer renderer, WeightScale scale)
        {
            _renderer = renderer;
            Mesh mesh = renderer.sharedMesh;
            var names = new List<string>();
            for (int i = 0; i < mesh.blendShapeCount; i++)
            {
                names.Add(mesh.GetBlendShapeName(i));
            }
            Map = new ShapeMap(names);
            _shapes = new int[Map.Matched];
            _weights = new int[Map.Matched];
            _full = new float[Map.Matched];
            Collect(mesh, scale);
        }

        public ShapeMap Map { get; }

        public void Apply(float[] weights, float[] gain, float[] offset)
        {
            if (_renderer == null)
            {
                return; // destroyed with its avatar
            }
            for (int i = 0; i < _shapes.Length; i++)
            {
                int weight = _weights[i];
                float shown = Clamped(weights[weight] * gain[weight] + offset[weight]) * _full[i];
                if (shown != _renderer.GetBlendShapeWeight(_shapes[i]))
                {
                    _renderer.SetBlendShapeWeight(_shapes[i], shown);
                }
            }
        }

        private void Collect(Mesh mesh, WeightScale scale)
        {
            int found = 0;
            for (int i = 0; i < Map.Count; i++)
            {
                if (Map.WeightOf(i) >= 0)
                {
                    _shapes[found] = i;
                    _weights[found] = Map.WeightOf(i);
                    _full[found] = scale == WeightScale.One ? 1 : scale == WeightScale.Hundred ? Hundred : FullOf(mesh, i);
                    found++;
                }
            }
        }

        /// <summary>The weight of the last frame of a blendshape, at which it is shown in full.</summary>
        private static float FullOf(Mesh mesh, int shape)
        {
            int frames = mesh.GetBlendShapeFrameCount(shape);
            float full = frames > 0 ? mesh.GetBlendShapeFrameWeight(shape, frames - 1) : Hundred;
            return full > 0 ? full : Hundred;
        }

        private static float Clamped(float weight)
        {
            return weight < 0 ? 0 : weight > 1 ? 1 : weight;
        }
    }
}

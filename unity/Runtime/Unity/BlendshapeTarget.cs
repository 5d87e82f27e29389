// A face of meshes with blendshapes, and of bones for head and eyes.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace A2FLive
{
    /// <summary>What weight a blendshape counts as full.</summary>
    public enum WeightScale
    {
        /// <summary>What each blendshape of the mesh says: nearly always right.</summary>
        Auto,
        /// <summary>0 to 100, as Unity imports FBX.</summary>
        Hundred,
        /// <summary>0 to 1, as some importers of glTF and VRM have it.</summary>
        One,
    }

    /// <summary>One weight made stronger, weaker or shifted: shown is weight × gain + offset.</summary>
    [Serializable]
    public struct ShapeGain
    {
        /// <summary>An ARKit name, in any spelling.</summary>
        public string name;
        /// <summary>1 leaves the weight as it is.</summary>
        public float gain;
        /// <summary>Added, 0 leaves the weight as it is.</summary>
        [Range(-1, 1)] public float offset;
    }

    /// <summary>
    /// Shows a face on all blendshapes whose names mean one of the 52 weights, in any spelling, and turns head and eyes
    /// where it is given bones. Blendshapes of other names are left alone.
    /// </summary>
    [AddComponentMenu("a2f-live/Blendshape Target")]
    [DisallowMultipleComponent]
    public sealed class BlendshapeTarget : FaceTarget
    {
        [Tooltip("Meshes of the face; empty: every mesh on this object and below it.")]
        [SerializeField] private SkinnedMeshRenderer[] meshes = new SkinnedMeshRenderer[0];
        [SerializeField] private WeightScale weightScale = WeightScale.Auto;
        [SerializeField] private ShapeGain[] gains = new ShapeGain[0];
        [Header("Bones, where the avatar has them")]
        [SerializeField] private Transform head;
        [SerializeField] private Transform leftEye;
        [SerializeField] private Transform rightEye;
        [Tooltip("How much of the head's motion is shown.")]
        [SerializeField] private float headGain = 1;
        [Tooltip("Degrees that an eye turns at full weight, to the side and up or down.")]
        [SerializeField] private Vector2 eyeDegrees = new Vector2(30, 22);

        private readonly List<MeshFace> _faces = new List<MeshFace>();
        private readonly float[] _gain = new float[Arkit.Count];
        private readonly float[] _offset = new float[Arkit.Count];
        private TurningBone _head;
        private TurningBone _leftEye;
        private TurningBone _rightEye;
        private bool _mapped;

        /// <summary>The meshes of the face; empty for every mesh below. Call `Map` after a change.</summary>
        public SkinnedMeshRenderer[] Meshes
        {
            get { return meshes; }
            set { meshes = value; }
        }

        /// <summary>What counts as full weight. Call `Map` after a change.</summary>
        public WeightScale Scale
        {
            get { return weightScale; }
            set { weightScale = value; }
        }

        /// <summary>Weights made stronger, weaker or shifted. Call `Map` after a change.</summary>
        public ShapeGain[] Gains
        {
            get { return gains; }
            set { gains = value; }
        }

        /// <summary>The bones of head and eyes; null for none. Call `Map` after a change.</summary>
        public void SetBones(Transform headBone, Transform leftEyeBone, Transform rightEyeBone)
        {
            head = headBone;
            leftEye = leftEyeBone;
            rightEye = rightEyeBone;
        }

        /// <summary>Look at meshes, gains and bones anew. Gives for each mesh what was found and what is missing.</summary>
        public List<ShapeMap> Map()
        {
            _faces.Clear();
            var maps = new List<ShapeMap>();
            foreach (SkinnedMeshRenderer mesh in meshes.Length > 0 ? meshes : GetComponentsInChildren<SkinnedMeshRenderer>())
            {
                if (mesh != null && mesh.sharedMesh != null && mesh.sharedMesh.blendShapeCount > 0)
                {
                    var face = new MeshFace(mesh, weightScale);
                    _faces.Add(face);
                    maps.Add(face.Map);
                }
            }
            TakeGains();
            _head = Bone(head);
            _leftEye = Bone(leftEye);
            _rightEye = Bone(rightEye);
            _mapped = true;
            return maps;
        }

        /// <inheritdoc/>
        public override void Apply(FacePose pose)
        {
            if (!_mapped)
            {
                Map();
            }
            foreach (MeshFace face in _faces)
            {
                face.Apply(pose.Weights, _gain, _offset);
            }
            _head?.Turn(pose.HeadYaw * headGain, pose.HeadPitch * headGain, pose.HeadRoll * headGain);
            if (_leftEye != null)
            {
                Gaze.Left(pose.Weights, out float left, out float up);
                _leftEye.Turn(left * eyeDegrees.x, up * eyeDegrees.y, 0);
            }
            if (_rightEye != null)
            {
                Gaze.Right(pose.Weights, out float left, out float up);
                _rightEye.Turn(left * eyeDegrees.x, up * eyeDegrees.y, 0);
            }
        }

        private void OnDisable()
        {
            _head?.Release();
            _leftEye?.Release();
            _rightEye?.Release();
        }

        private void OnValidate()
        {
            // Changed in the inspector: look again before the next face is shown.
            _mapped = false;
            for (int i = 0; i < gains.Length; i++)
            {
                if (string.IsNullOrEmpty(gains[i].name) && gains[i].gain == 0)
                {
                    gains[i].gain = 1; // the inspector begins a new one with zeros, which would mute a shape
                }
            }
        }

        private TurningBone Bone(Transform bone)
        {
            return bone == null ? null : new TurningBone(bone, transform);
        }

        private void TakeGains()
        {
            for (int i = 0; i < Arkit.Count; i++)
            {
                _gain[i] = 1;
                _offset[i] = 0;
            }
            foreach (ShapeGain one in gains)
            {
                int index = ShapeNames.Match(one.name ?? "");
                if (index < 0)
                {
                    Debug.LogWarning($"a2f-live: a gain is for {one.name}, which is none of the 52 shapes", this);
                    continue;
                }
                _gain[index] = one.gain;
                _offset[index] = one.offset;
            }
        }
    }
}

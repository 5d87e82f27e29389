// A bone that is turned on top of whatever else moves it.
using UnityEngine;

namespace A2FLive
{
    /// <summary>Turns a head or an eye by angles of the character, whatever the axes of the bone are.</summary>
    internal sealed class TurningBone
    {
        private readonly Transform _bone;
        private readonly Transform _root;
        private Quaternion _base;
        private Quaternion _written;

        public TurningBone(Transform bone, Transform root)
        {
            _bone = bone;
            _root = root;
            _base = _written = bone.localRotation;
        }

        /// <summary>Degrees to the character's own left, up, and towards its own right shoulder.</summary>
        public void Turn(float left, float up, float lean)
        {
            // Where an animation has moved the bone since, that is what the turn comes on top of.
            if (_bone.localRotation != _written)
            {
                _base = _bone.localRotation;
            }
            _bone.localRotation = _base;
            Quaternion facing = _root.rotation;
            Quaternion turn = facing * Quaternion.Euler(-up, -left, -lean) * Quaternion.Inverse(facing);
            _bone.rotation = turn * _bone.rotation;
            _written = _bone.localRotation;
        }

        /// <summary>Back to where it was.</summary>
        public void Release()
        {
            if (_bone != null && _bone.localRotation == _written)
            {
                _bone.localRotation = _base;
            }
        }
    }
}

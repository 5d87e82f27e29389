// What a face is shown on.
using UnityEngine;

namespace A2FLive
{
    /// <summary>Shows the face of a driver: derive from it for other kinds of avatar.</summary>
    public abstract class FaceTarget : MonoBehaviour
    {
        /// <summary>Show a face. Called once a frame, after animations; it must make no garbage.</summary>
        public abstract void Apply(FacePose pose);
    }
}

// One click from an avatar to a talking one.
using UnityEditor;
using UnityEngine;

namespace A2FLive.Editor
{
    /// <summary>The menu "GameObject, a2f-live".</summary>
    public static class TalkingFaceMenu
    {
        private const string Microphone = "GameObject/a2f-live/Talk by microphone";
        private const string Speech = "GameObject/a2f-live/Talk by clips and text-to-speech";

        /// <summary>Give the selected avatar a driver, a blendshape target and a microphone.</summary>
        [MenuItem(Microphone, false, 10)]
        public static void TalkByMicrophone()
        {
            GameObject avatar = Selection.activeGameObject;
            AddFace(avatar);
            Add<MicrophoneSource>(avatar);
        }

        /// <summary>Give the selected avatar a driver, a blendshape target and a tap for speech that is heard.</summary>
        [MenuItem(Speech, false, 11)]
        public static void TalkBySpeech()
        {
            GameObject avatar = Selection.activeGameObject;
            AddFace(avatar);
            Add<AudioSourceTap>(avatar);
        }

        /// <summary>Whether an avatar is selected.</summary>
        [MenuItem(Microphone, true, 10)]
        [MenuItem(Speech, true, 11)]
        public static bool IsSelected()
        {
            return Selection.activeGameObject != null;
        }

        private static void AddFace(GameObject avatar)
        {
            Add<BlendshapeTarget>(avatar);
            Add<AvatarDriver>(avatar);
        }

        private static void Add<T>(GameObject avatar) where T : Component
        {
            if (avatar.GetComponent<T>() == null)
            {
                Undo.AddComponent<T>(avatar);
            }
        }
    }
}

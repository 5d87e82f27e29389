// A whole scene in code: put this on an empty object of an empty scene and press Play.
using UnityEngine;

namespace A2FLive.Samples
{
    /// <summary>Makes camera, light, a head and its driver; buttons speak by microphone, by a clip, and interrupt.</summary>
    public sealed class TalkingHead : MonoBehaviour
    {
        [SerializeField] private string url = "ws://localhost:8000";
        [Tooltip("Any speech whose Load Type is Decompress On Load; empty: the microphone alone.")]
        [SerializeField] private AudioClip clip;

        private AvatarDriver _driver;
        private MicrophoneSource _microphone;
        private AudioSourceTap _tap;
        private float _joy;

        private void Start()
        {
            MakeStage();
            MakeHead();
        }

        private static void MakeStage()
        {
            var camera = new GameObject("Camera").AddComponent<Camera>();
            camera.gameObject.AddComponent<AudioListener>();
            camera.transform.position = new Vector3(0, 0, 4.5f);
            camera.transform.LookAt(Vector3.zero);
            camera.fieldOfView = 35;
            camera.clearFlags = CameraClearFlags.SolidColor;
            camera.backgroundColor = new Color(0.12f, 0.13f, 0.16f);
            var light = new GameObject("Light").AddComponent<Light>();
            light.type = LightType.Directional;
            light.transform.position = new Vector3(1.5f, 2, 4);
            light.transform.LookAt(Vector3.zero);
        }

        private void MakeHead()
        {
            GameObject avatar = gameObject;
            var bone = new GameObject("Head").transform;
            bone.SetParent(avatar.transform, false);
            var face = bone.gameObject.AddComponent<SkinnedMeshRenderer>();
            face.sharedMesh = HeadMesh.Make();
            face.sharedMaterial = new Material(Lit()) { color = new Color(0.85f, 0.66f, 0.55f) };
            avatar.AddComponent<BlendshapeTarget>().SetBones(bone, null, null);
            _driver = avatar.AddComponent<AvatarDriver>();
            _driver.Url = url;
            _driver.Settings.idle = IdleLife.Always;
            _driver.Connect();
            _tap = avatar.AddComponent<AudioSourceTap>();
            _microphone = avatar.AddComponent<MicrophoneSource>();
            _microphone.Muted = true;
        }

        /// <summary>The shader of the render pipeline that the project has.</summary>
        private static Shader Lit()
        {
            Shader universal = Shader.Find("Universal Render Pipeline/Lit");
            return universal != null ? universal : Shader.Find("Standard");
        }

        private void OnGUI()
        {
            if (_driver == null)
            {
                return;
            }
            GUILayout.BeginArea(new Rect(12, 12, 260, 260));
            GUILayout.Label($"{_driver.State} {_driver.LastError}");
            _microphone.Muted = !GUILayout.Toggle(!_microphone.Muted, "Microphone");
            if (clip != null && GUILayout.Button("Speak the clip"))
            {
                _tap.Speak(clip);
            }
            if (GUILayout.Button("Interrupt"))
            {
                _tap.Interrupt();
            }
            if (GUILayout.Button(_joy > 0 ? "Neutral" : "Joy"))
            {
                _joy = 1 - _joy;
                _driver.SetEmotion("joy", _joy);
            }
            GUILayout.EndArea();
        }
    }
}

// Speech from a microphone.
using System;
using System.Collections;
using UnityEngine;

namespace A2FLive
{
    /// <summary>
    /// Sends what a microphone hears to a driver, whose face then moves as frames come. It asks for permission, follows
    /// the device around its ring of sound, and begins again when the device was taken away.
    /// Unity has no microphone in WebGL: there a page must capture it and call `AvatarDriver.SendSamples`.
    /// </summary>
    [AddComponentMenu("a2f-live/Microphone Source")]
    [DefaultExecutionOrder(50)]
    public sealed class MicrophoneSource : MonoBehaviour
    {
        private const double RetryS = 1;
#if UNITY_ANDROID && !UNITY_EDITOR
        /// <summary>Time to answer the dialog of the system in.</summary>
        private const float AnswerS = 30;
#endif

        [SerializeField] private AvatarDriver driver;
        [Tooltip("Name of the device; empty: the default one.")]
        [SerializeField] private string device = "";
        [Tooltip("Hertz to ask the device for, if it can.")]
        [SerializeField] private int rate = 16000;
        [SerializeField] private bool muted;

        private readonly MicrophoneDevice _microphone = new MicrophoneDevice();
        private string _told = "";
        private bool _asked;
        private double _retryAtS;

        /// <summary>The microphone cannot be used: why, for people.</summary>
        public event Action<string> Failed;

        /// <summary>Names of the microphones of this machine.</summary>
        public static string[] Devices
        {
            get { return MicrophoneDevice.Names; }
        }

        /// <summary>Name of the device; empty for the default one. Changing it opens the other one.</summary>
        public string Device
        {
            get
            {
                return device;
            }

            set
            {
                if (device != value)
                {
                    device = value;
                    Close();
                }
            }
        }

        /// <summary>Whether nothing is sent. Muting ends the utterance: hold-to-talk is `Muted = false` while a key is down.</summary>
        public bool Muted
        {
            get
            {
                return muted;
            }

            set
            {
                if (value && !muted && driver != null)
                {
                    driver.Flush();
                }
                muted = value;
            }
        }

        /// <summary>The driver that hears it.</summary>
        public AvatarDriver Driver
        {
            get { return driver; }
            set { driver = value; }
        }

        /// <summary>Whether a device is open.</summary>
        public bool IsOpen
        {
            get { return _microphone.IsOpen; }
        }

        /// <summary>Loudest sample of the last block, 0 to 1: for a level meter.</summary>
        public float Level { get; private set; }

        private void OnEnable()
        {
            if (driver == null)
            {
                driver = GetComponentInParent<AvatarDriver>();
            }
            _asked = false;
            StartCoroutine(Ask());
        }

        private void OnDisable()
        {
            StopAllCoroutines();
            Close();
            if (driver != null && !muted)
            {
                driver.Flush();
            }
        }

        private IEnumerator Ask()
        {
            if (!Application.HasUserAuthorization(UserAuthorization.Microphone))
            {
                yield return Application.RequestUserAuthorization(UserAuthorization.Microphone);
            }
#if UNITY_ANDROID && !UNITY_EDITOR
            if (!IsAllowed)
            {
                UnityEngine.Android.Permission.RequestUserPermission(UnityEngine.Android.Permission.Microphone);
                for (float untilS = Time.realtimeSinceStartup + AnswerS; !IsAllowed && Time.realtimeSinceStartup < untilS;)
                {
                    yield return null;
                }
            }
#endif
            _asked = true;
            _retryAtS = 0;
        }

        private void Update()
        {
            if (_microphone.IsOpen && !_microphone.IsRecording)
            {
                Close();
            }
            if (!_microphone.IsOpen && _asked && Time.realtimeSinceStartupAsDouble >= _retryAtS)
            {
                Open();
            }
            while (_microphone.IsOpen && _microphone.Read())
            {
                Hear();
            }
        }

        private static bool IsAllowed
        {
            get
            {
#if UNITY_ANDROID && !UNITY_EDITOR
                return UnityEngine.Android.Permission.HasUserAuthorizedPermission(UnityEngine.Android.Permission.Microphone);
#else
                return Application.HasUserAuthorization(UserAuthorization.Microphone);
#endif
            }
        }

        private void Open()
        {
            _retryAtS = Time.realtimeSinceStartupAsDouble + RetryS;
            string failure = IsAllowed
                ? _microphone.Open(device, rate)
                : "the microphone may not be used: allow it in the settings of the system";
            // Said once, not with every try.
            if (failure != null && failure != _told)
            {
                Debug.LogWarning($"a2f-live: {failure}", this);
                Failed?.Invoke(failure);
            }
            _told = failure ?? "";
        }

        private void Hear()
        {
            float level = 0;
            foreach (float sample in _microphone.Block)
            {
                level = Math.Max(level, Math.Abs(sample));
            }
            Level = level;
            if (!muted && driver != null)
            {
                driver.SendSamples(_microphone.Block, _microphone.Frames, _microphone.Channels, _microphone.Rate);
            }
        }

        private void Close()
        {
            _microphone.Close();
            Level = 0;
        }
    }
}

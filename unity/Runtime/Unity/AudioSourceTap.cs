// Speech that is heard in the scene: a clip, or text-to-speech as it comes.
using System;
using UnityEngine;

namespace A2FLive
{
    /// <summary>
    /// Speaks through the AudioSource beside it and moves the face of a driver with what is heard. Speech begins when its
    /// first frames are there, and never later than `patienceS`. Any rate and any number of channels will do: what is sent
    /// is converted, and the clock is that of the sound that is heard.
    /// </summary>
    [AddComponentMenu("a2f-live/Audio Source Tap")]
    [DefaultExecutionOrder(50)]
    [RequireComponent(typeof(AudioSource))]
    public sealed class AudioSourceTap : MonoBehaviour
    {
        [SerializeField] private AvatarDriver driver;
        [Tooltip("Seconds of frames that must be there before the sound begins.")]
        [SerializeField] private float leadS = 0.1f;
        [Tooltip("Seconds after which the sound begins even without frames.")]
        [SerializeField] private float patienceS = 0.6f;
        [Tooltip("Seconds that the way to the ear takes beyond Unity's own buffers: 0.2 for Bluetooth.")]
        [SerializeField] private float extraLatencyS;

        private AudioSource _source;
        private ISpeech _speech;
        private volatile StreamedSpeech _streamed;
        private float[] _samples = new float[0];

        /// <summary>Speech is over, and the face at rest; not after an interruption.</summary>
        public event Action SpeechEnded;

        /// <summary>The driver whose face moves.</summary>
        public AvatarDriver Driver
        {
            get { return driver; }
            set { driver = value; }
        }

        /// <summary>Whether something is spoken, or about to be.</summary>
        public bool IsSpeaking
        {
            get { return _speech != null; }
        }

        /// <summary>
        /// Speak a clip; what is being spoken is interrupted. Its load type must be Decompress On Load, so that it can be
        /// read.
        /// </summary>
        public void Speak(AudioClip clip)
        {
            Prepare();
            _speech = new ClipSpeech(driver, _source, clip, LatencyS(AudioSettings.outputSampleRate), NewStart());
        }

        /// <summary>Begin speech that comes in pieces, of any rate; what is being spoken is interrupted. Not in WebGL.</summary>
        public void BeginSpeech(int sampleRate, int channels = 1)
        {
            Prepare();
            int outputRate = AudioSettings.outputSampleRate;
            var speech = new StreamedSpeech(driver, _source, sampleRate, channels, outputRate, LatencyS(outputRate), NewStart());
            _speech = _streamed = speech;
        }

        /// <summary>Add samples to the speech that was begun: interleaved, -1 to 1.</summary>
        public void Push(float[] samples, int start, int count)
        {
            Streamed().Push(samples, start, count);
        }

        /// <summary>Add 16-bit little-endian PCM, as most text-to-speech services give it.</summary>
        public void PushPcm16(byte[] pcm, int start, int count)
        {
            if (_samples.Length < count / 2)
            {
                _samples = new float[count / 2];
            }
            for (int i = 0; i < count / 2; i++)
            {
                _samples[i] = (short)(pcm[start + 2 * i] | pcm[start + 2 * i + 1] << 8) / 32768f;
            }
            Streamed().Push(_samples, 0, count / 2);
        }

        /// <summary>Nothing more will come of the speech that was begun: it is spoken to its end.</summary>
        public void EndSpeech()
        {
            Streamed().End();
        }

        /// <summary>Barge-in: fall silent at once; the face eases to rest.</summary>
        public void Interrupt()
        {
            if (driver != null)
            {
                driver.Interrupt();
            }
        }

        private void OnEnable()
        {
            _source = GetComponent<AudioSource>();
            AudioSettings.OnAudioConfigurationChanged += Resound;
            if (driver == null)
            {
                driver = GetComponentInParent<AvatarDriver>();
            }
            if (driver != null)
            {
                driver.Interrupted += Silence;
                driver.StreamBegan += BeginStream;
                driver.Renumbered += Renumber;
            }
        }

        private void OnDisable()
        {
            AudioSettings.OnAudioConfigurationChanged -= Resound;
            if (_speech != null)
            {
                Interrupt();
            }
            if (driver != null)
            {
                driver.Interrupted -= Silence;
                driver.StreamBegan -= BeginStream;
                driver.Renumbered -= Renumber;
            }
            Silence();
        }

        private void Update()
        {
            if (_speech != null && !_speech.Update(Time.realtimeSinceStartupAsDouble))
            {
                _speech = _streamed = null;
                SpeechEnded?.Invoke();
            }
        }

        // On the audio thread: copies, and nothing else.
        private void OnAudioFilterRead(float[] data, int channels)
        {
            StreamedSpeech streamed = _streamed;
            if (streamed != null)
            {
                streamed.Read(data, channels);
            }
        }

        private void Prepare()
        {
            if (driver == null)
            {
                throw new InvalidOperationException("the tap has no AvatarDriver: set one, or put the tap below one");
            }
            if (_speech != null)
            {
                driver.Interrupt();
            }
            else
            {
                driver.Flush(); // speech begins with an utterance of its own, whatever another source has begun
            }
        }

        private StreamedSpeech Streamed()
        {
            StreamedSpeech streamed = _streamed;
            if (streamed == null || !streamed.IsOpen)
            {
                throw new InvalidOperationException("no speech was begun, or it was interrupted: call BeginSpeech first");
            }
            return streamed;
        }

        private void Silence()
        {
            ISpeech speech = _speech;
            _speech = _streamed = null;
            speech?.Stop();
        }

        /// <summary>Unity stops every source when headphones are plugged in.</summary>
        private void Resound(bool deviceWasChanged)
        {
            _speech?.Resound();
        }

        private void BeginStream()
        {
            _speech?.BeginStream();
        }

        private void Renumber(int by)
        {
            _speech?.Renumber(by);
        }

        private SoundStart NewStart()
        {
            return new SoundStart(driver, leadS, patienceS);
        }

        /// <summary>Seconds from what Unity has mixed to the ear.</summary>
        private double LatencyS(int outputRate)
        {
            AudioSettings.GetDSPBufferSize(out int length, out int count);
            return (double)length * count / outputRate + extraLatencyS;
        }
    }
}

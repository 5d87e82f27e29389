// The heart of an avatar: speech goes out through it, its face comes back.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace A2FLive
{
    /// <summary>Where a driver stands.</summary>
    public enum DriverState
    {
        /// <summary>Not connected, and not trying.</summary>
        Off,
        /// <summary>Connecting, or waiting to try again.</summary>
        Connecting,
        /// <summary>Speech goes out, frames come in.</summary>
        Open,
        /// <summary>The connection was lost and is being made good.</summary>
        Resuming,
        /// <summary>Something must be mended first: `AvatarDriver.LastError` says what.</summary>
        Failed,
    }

    /// <summary>
    /// Connects to an a2f-live server, keeps the stream alive, and shows the face on all targets below. Speech comes from a
    /// `MicrophoneSource`, an `AudioSourceTap`, or from `SendSamples`. A lost connection goes on where it stopped; a server
    /// that is away is tried again and again.
    /// </summary>
    [AddComponentMenu("a2f-live/Avatar Driver")]
    [DefaultExecutionOrder(100)]
    [DisallowMultipleComponent]
    public sealed class AvatarDriver : MonoBehaviour
    {
        /// <summary>A stream that held so long is no reason to be patient with the next.</summary>
        private const double SteadyS = 5;

        [SerializeField] private string url = "ws://localhost:8000";
        [SerializeField] private string token = "";
        [SerializeField] private bool connectOnEnable = true;
        [SerializeField] private FaceSettings settings = new FaceSettings();
        [Tooltip("Seconds that a face without sound to go by stays behind the newest frame, so that it moves evenly.")]
        [SerializeField] private float liveDelayS = 0.05f;
        [Tooltip("What shows the face; empty: every target on this object and below it.")]
        [SerializeField] private FaceTarget[] targets = new FaceTarget[0];

        private readonly PlaybackPlace _playback = new PlaybackPlace();
        private FaceTarget[] _shownOn = new FaceTarget[0];
        private FramePlayer _player;
        private SpeechEncoder _encoder;
        private Backoff _backoff;
        private StreamConfig _config;
        private double _dialAtS;
        private double _openedS = double.MaxValue;

        /// <summary>The state has changed.</summary>
        public event Action<DriverState> StateChanged;
        /// <summary>Frames have come; the block is valid within the call only.</summary>
        public event Action<FrameBlock> FramesReceived;
        /// <summary>Something to know that does not stop the stream.</summary>
        public event Action<Warning> Warned;
        /// <summary>A new stream has begun: utterances count from 0 again.</summary>
        public event Action StreamBegan;
        /// <summary>Utterances count from another number since a resume: by how much.</summary>
        public event Action<int> Renumbered;
        /// <summary>Speech was interrupted.</summary>
        public event Action Interrupted;

        /// <summary>Address of the server; takes effect with the next `Connect`.</summary>
        public string Url
        {
            get { return url; }
            set { url = value; }
        }

        /// <summary>Token, where the server asks for one; takes effect with the next `Connect`.</summary>
        public string Token
        {
            get { return token; }
            set { token = value; }
        }

        /// <summary>What the server is asked for; takes effect with the next `Connect`.</summary>
        public FaceSettings Settings
        {
            get { return settings; }
        }

        /// <summary>Where the driver stands.</summary>
        public DriverState State { get; private set; }

        /// <summary>Why the last stream ended, if it was not asked to.</summary>
        public string LastError { get; private set; } = "";

        /// <summary>The stream of the moment, for what is not offered here; null if there is none.</summary>
        public FaceClient Client { get; private set; }

        /// <summary>The face of the moment.</summary>
        public FacePose Pose
        {
            get { return Player.Pose; }
        }

        /// <summary>Keeps and shows the frames.</summary>
        public FramePlayer Player
        {
            get { return _player = _player ?? new FramePlayer(liveDelayS); }
        }

        /// <summary>Utterance that the speech sent next will belong to.</summary>
        public int Utterance
        {
            get { return Client == null ? 0 : Client.Utterance; }
        }

        /// <summary>Seconds of speech that have not gone out yet.</summary>
        public double WaitingS
        {
            get { return Client == null ? 0 : Client.WaitingS; }
        }

        /// <summary>Whether `SendSamples` would take speech now. Without a connection it goes nowhere, so there is room.</summary>
        public bool HasRoom
        {
            get { return Client == null || Client.HasRoom; }
        }

        private static double NowS
        {
            get { return Time.realtimeSinceStartupAsDouble; }
        }

        // What the game says

        /// <summary>Connect, or connect anew with other settings.</summary>
        public void Connect()
        {
            Disconnect();
            try
            {
                _config = settings.ToConfig();
                WebSockets.StreamAddress(url);
            }
            catch (A2FException error)
            {
                Fail(error.Message);
                return;
            }
            _encoder = new SpeechEncoder(settings.sampleRate);
            _backoff = new Backoff(GetInstanceID());
            _dialAtS = NowS;
            SetState(DriverState.Connecting);
        }

        /// <summary>End the stream; the face eases to rest.</summary>
        public void Disconnect()
        {
            Hang();
            SetState(DriverState.Off);
        }

        /// <summary>
        /// Send speech: `frames` samples of each of the interleaved channels, at any rate. False if there is no stream, or
        /// more than a minute of speech waits already.
        /// </summary>
        public bool SendSamples(float[] samples, int frames, int channels, int rate)
        {
            if (Client == null)
            {
                return false;
            }
            int count = _encoder.Encode(samples, frames, channels, rate);
            return count == 0 || Client.Send(_encoder.Pcm, 0, count);
        }

        /// <summary>The utterance has ended: the rest of its frames comes at once.</summary>
        public void Flush()
        {
            if (Client == null)
            {
                return;
            }
            int count = _encoder.Finish();
            if (count > 0)
            {
                Client.Send(_encoder.Pcm, 0, count);
            }
            Client.Flush();
        }

        /// <summary>Barge-in: the face eases to rest at once, speech that has no frames yet is forgotten, sources fall silent.</summary>
        public void Interrupt()
        {
            Player.Interrupt();
            _playback.End();
            if (Client != null)
            {
                _encoder.Reset();
                Client.Clear();
            }
            Interrupted?.Invoke();
        }

        /// <summary>How strong an emotion of `Arkit.Emotions` is from now on, 0 to 1. Throws `A2FException` for another name.</summary>
        public void SetEmotion(string emotion, float strength)
        {
            var emotions = new Dictionary<string, double>((_config ?? settings.ToConfig()).Emotions);
            emotions[emotion] = strength;
            Configure(new Changes { Emotions = emotions });
        }

        /// <summary>Change the face from the next frame on. Throws `A2FException` for what no server takes.</summary>
        public void Configure(Changes changes)
        {
            changes.Validate();
            _config = _config ?? settings.ToConfig();
            Keep(changes, _config);
            Client?.Configure(changes);
        }

        // What sources of sound say

        /// <summary>The moment of an utterance's audio that is heard now: the face goes by it until `EndPlayback`.</summary>
        public void SetPlayback(int utterance, double timeS)
        {
            _playback.Set(utterance, timeS);
        }

        /// <summary>Speech is about to be heard, or is paused: its frames wait.</summary>
        public void HoldPlayback()
        {
            _playback.Hold();
        }

        /// <summary>The sound of an utterance is over: frames are shown as they come again.</summary>
        public void EndPlayback(int utterance)
        {
            _playback.End();
            Player.Finish(utterance);
        }

        // Unity

        private void OnEnable()
        {
            FindTargets();
            if (connectOnEnable)
            {
                Connect();
            }
        }

        private void OnDisable()
        {
            Disconnect();
            Rest();
        }

        private void Update()
        {
            if (State == DriverState.Off || State == DriverState.Failed)
            {
                return;
            }
            if (Client == null && NowS >= _dialAtS)
            {
                Dial();
            }
            Client?.Update(NowS);
        }

        private void LateUpdate()
        {
            _playback.Show(Player, NowS);
            foreach (FaceTarget target in _shownOn)
            {
                if (target != null && target.isActiveAndEnabled)
                {
                    target.Apply(Player.Pose);
                }
            }
        }

        /// <summary>Look for targets again, after the avatar was changed. Those of inactive objects are not found.</summary>
        public void FindTargets()
        {
            _shownOn = targets.Length > 0 ? targets : GetComponentsInChildren<FaceTarget>();
        }

        // The stream

        private void Dial()
        {
            Client = new FaceClient(url, _config, token, null, GetInstanceID());
            Client.Opened += Opened;
            Client.ConnectionLost += Lost;
            Client.Renumbered += Renumber;
            Client.FramesReceived += Take;
            Client.Warned += Warn;
            Client.Ended += Ended;
            Player.BeginStream();
            StreamBegan?.Invoke();
        }

        private void Hang()
        {
            FaceClient client = Client;
            Client = null;
            if (client != null)
            {
                client.Ended -= Ended;
                client.Dispose();
            }
            Player.Interrupt();
            _playback.End();
        }

        private void Opened(Ready ready)
        {
            LastError = "";
            _openedS = NowS;
            _backoff.Connected();
            SetState(DriverState.Open);
        }

        private void Lost()
        {
            SetState(DriverState.Resuming);
        }

        private void Renumber(int by)
        {
            Player.Renumber(by);
            _playback.Renumber(by);
            Renumbered?.Invoke(by);
        }

        private void Take(FrameBlock block)
        {
            Player.Add(block);
            FramesReceived?.Invoke(block);
        }

        private void Warn(Warning warning)
        {
            Debug.LogWarning($"a2f-live: {warning.Message} ({warning.Code})", this);
            Warned?.Invoke(warning);
        }

        private void Ended(FaceEnd end)
        {
            Client = null;
            LastError = end.Message;
            if (end.Advice == Advice.Fix)
            {
                Fail(end.Message);
            }
            else if (end.Advice == Advice.Nothing)
            {
                SetState(DriverState.Off);
            }
            else
            {
                if (NowS - _openedS > SteadyS)
                {
                    _backoff.Reset();
                }
                _openedS = double.MaxValue;
                _dialAtS = NowS + _backoff.DelayS(NowS, double.MaxValue);
                SetState(DriverState.Connecting);
            }
        }

        private void Fail(string message)
        {
            LastError = message;
            Debug.LogError($"a2f-live: {message}", this);
            SetState(DriverState.Failed);
        }

        private void SetState(DriverState state)
        {
            if (state != State)
            {
                State = state;
                StateChanged?.Invoke(state);
            }
        }

        private void Rest()
        {
            _player = null;
            foreach (FaceTarget target in _shownOn)
            {
                if (target != null)
                {
                    target.Apply(Player.Pose);
                }
            }
        }

        private static void Keep(Changes changes, StreamConfig config)
        {
            config.Emotions = changes.Emotions ?? config.Emotions;
            config.AutoEmotion = changes.AutoEmotion ?? config.AutoEmotion;
            config.Idle = changes.Idle ?? config.Idle;
            config.Fps = changes.Fps ?? config.Fps;
            config.Profile = changes.ChangesProfile ? changes.Profile : config.Profile;
        }
    }
}

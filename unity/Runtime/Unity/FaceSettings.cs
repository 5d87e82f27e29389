// What a driver asks the server for, as the inspector shows it.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace A2FLive
{
    /// <summary>Where a face blinks, glances and moves of itself.</summary>
    public enum IdleLife
    {
        /// <summary>While it speaks.</summary>
        Speech,
        /// <summary>Also while nobody speaks.</summary>
        Always,
        /// <summary>Nowhere.</summary>
        Off,
    }

    /// <summary>How strong an emotion is.</summary>
    [Serializable]
    public struct EmotionStrength
    {
        /// <summary>One of `Arkit.Emotions`.</summary>
        [Tooltip("amazement, anger, cheekiness, disgust, fear, grief, joy, outofbreath, pain or sadness")]
        public string name;
        /// <summary>0 to 1.</summary>
        [Range(0, 1)] public float strength;
    }

    /// <summary>Settings of a stream.</summary>
    [Serializable]
    public sealed class FaceSettings
    {
        /// <summary>Frames a second that the server sends, 1 to 120; between them the face is mixed.</summary>
        [Range(1, 120)] public float fps = 60;
        /// <summary>Hertz that speech is sent at; sound of any other rate is converted.</summary>
        public int sampleRate = 16000;
        /// <summary>The most future audio that a frame may wait for, milliseconds.</summary>
        public int lookaheadMs = 40;
        /// <summary>Name of an engine of the server; empty for its default.</summary>
        public string engine = "";
        /// <summary>Name of a profile of the server; empty for its default.</summary>
        public string profile = "";
        /// <summary>Where the face lives of itself.</summary>
        public IdleLife idle = IdleLife.Speech;
        /// <summary>Whether the head moves.</summary>
        public bool head = true;
        /// <summary>Whether visemes come as well.</summary>
        public bool visemes;
        /// <summary>Whether emotions are heard in the voice.</summary>
        public bool autoEmotion;
        /// <summary>Emotions at the start.</summary>
        public List<EmotionStrength> emotions = new List<EmotionStrength>();
        /// <summary>Of all random motion: the same seed and speech give the same face.</summary>
        public uint seed;

        /// <summary>What a stream is asked for. Throws `A2FException` for what cannot be used.</summary>
        public StreamConfig ToConfig()
        {
            var config = new StreamConfig
            {
                Audio = new AudioFormat(AudioFormat.Pcm16, sampleRate),
                Fps = FrameRate.Of(fps),
                LookaheadMs = lookaheadMs,
                Engine = string.IsNullOrEmpty(engine) ? null : engine,
                Profile = string.IsNullOrEmpty(profile) ? null : profile,
                Idle = Word(idle),
                Head = head,
                Visemes = visemes,
                AutoEmotion = autoEmotion,
                Seed = seed,
            };
            foreach (EmotionStrength emotion in emotions)
            {
                config.Emotions[emotion.name ?? ""] = emotion.strength;
            }
            config.Validate();
            return config;
        }

        /// <summary>The word of the protocol.</summary>
        public static string Word(IdleLife idle)
        {
            return idle == IdleLife.Always ? "always" : idle == IdleLife.Off ? "off" : "speech";
        }
    }
}

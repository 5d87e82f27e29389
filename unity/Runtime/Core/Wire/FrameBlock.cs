// Consecutive frames of one utterance, in arrays that are used again for the next ones.
using System;

namespace A2FLive
{
    /// <summary>The frames of one message. It is valid until the next message is read: copy what must be kept.</summary>
    public sealed class FrameBlock : ServerMessage
    {
        /// <summary>Number of the utterance.</summary>
        public int Utterance { get; internal set; }
        /// <summary>Index of the first frame within its utterance.</summary>
        public int Index { get; internal set; }
        /// <summary>How many frames.</summary>
        public int Count { get; internal set; }
        /// <summary>Seconds of the utterance's audio at which the first frame is due.</summary>
        public double TimeS { get; internal set; }
        /// <summary>Frames a second of these frames.</summary>
        public FrameRate Fps { get; internal set; }
        /// <summary>Sent between utterances.</summary>
        public bool Idle { get; internal set; }
        /// <summary>The ease to rest after a clear.</summary>
        public bool Final { get; internal set; }
        /// <summary>Whether there is head rotation.</summary>
        public bool HasHead { get; internal set; }
        /// <summary>Whether there are visemes.</summary>
        public bool HasVisemes { get; internal set; }
        /// <summary>Whether the utterance has been interrupted since: not to be shown.</summary>
        public bool Withdrawn { get; internal set; }
        /// <summary>`Count` rows of 52 weights, 0 to 1, in the order of `Arkit.Names`; longer than that as a rule.</summary>
        public float[] Weights { get; internal set; } = new float[0];
        /// <summary>`Count` rows of yaw, pitch and roll, degrees, where there is head rotation.</summary>
        public float[] Head { get; internal set; } = new float[0];
        /// <summary>`Count` rows of 15 visemes, 0 to 1, in the order of `Arkit.VisemeNames`, where there are any.</summary>
        public float[] Visemes { get; internal set; } = new float[0];

        /// <summary>When a frame of the block is due, seconds of the utterance's audio.</summary>
        public double TimeOf(int frame)
        {
            return TimeS + frame * Fps.PeriodS;
        }

        /// <summary>Room for so many numbers; what was there is lost.</summary>
        internal static float[] Roomy(float[] numbers, int count)
        {
            return numbers.Length >= count ? numbers : new float[Math.Max(count, 2 * numbers.Length)];
        }

        /// <summary>Forget the first frames, because they were received before.</summary>
        internal void DropFirst(int frames)
        {
            if (frames <= 0)
            {
                return;
            }
            TimeS = TimeOf(frames);
            Index += frames;
            Count -= frames;
            Shift(Weights, Arkit.Count, frames);
            if (HasHead)
            {
                Shift(Head, Arkit.HeadCount, frames);
            }
            if (HasVisemes)
            {
                Shift(Visemes, Arkit.VisemeCount, frames);
            }
        }

        private void Shift(float[] rows, int width, int frames)
        {
            Array.Copy(rows, frames * width, rows, 0, Count * width);
        }
    }
}

// Frames that came and were not shown yet, oldest first, in arrays that are used again.
using System;

namespace A2FLive
{
    /// <summary>A queue of frames, each one row: weights, head, visemes.</summary>
    internal sealed class FrameRing
    {
        /// <summary>Numbers in a row.</summary>
        public const int Width = Arkit.Count + Arkit.HeadCount + Arkit.VisemeCount;
        /// <summary>Where the visemes of a row begin.</summary>
        public const int Visemes = Arkit.Count + Arkit.HeadCount;

        private readonly int _most;
        private float[] _rows;
        private int[] _utterances;
        private double[] _times;
        private double[] _periods;
        private int _first;

        /// <summary>Room for so many frames, growing to at most so many: then the oldest leave.</summary>
        public FrameRing(int room, int most)
        {
            _most = most;
            Allocate(room);
        }

        public int Count { get; private set; }

        public void Clear()
        {
            Count = 0;
        }

        public int Utterance(int at)
        {
            return _utterances[Slot(at)];
        }

        /// <summary>When a frame is due, seconds of its utterance's audio.</summary>
        public double TimeS(int at)
        {
            return _times[Slot(at)];
        }

        /// <summary>How long a frame is shown.</summary>
        public double PeriodS(int at)
        {
            return _periods[Slot(at)];
        }

        public void DropFirst()
        {
            _first = Slot(1);
            Count--;
        }

        public void Add(FrameBlock block)
        {
            for (int i = 0; i < block.Count; i++)
            {
                MakeRoom();
                int slot = Slot(Count++);
                _utterances[slot] = block.Utterance;
                _times[slot] = block.TimeOf(i);
                _periods[slot] = block.Fps.PeriodS;
                Fill(block, i, slot * Width);
            }
        }

        /// <summary>A mix of two neighbours: 0 is the first, 1 the second.</summary>
        public void Mix(int at, int next, double share, float[] row)
        {
            int one = Slot(at) * Width, other = Slot(next) * Width;
            float part = (float)share;
            for (int i = 0; i < Width; i++)
            {
                row[i] = _rows[one + i] + (_rows[other + i] - _rows[one + i]) * part;
            }
        }

        /// <summary>Place of the newest frame of an utterance, -1 if there is none.</summary>
        public int LastOf(int utterance)
        {
            int at = Count - 1;
            while (at >= 0 && Utterance(at) != utterance)
            {
                at--;
            }
            return at;
        }

        private void Fill(FrameBlock block, int frame, int start)
        {
            Array.Copy(block.Weights, frame * Arkit.Count, _rows, start, Arkit.Count);
            start += Arkit.Count;
            if (block.HasHead)
            {
                Array.Copy(block.Head, frame * Arkit.HeadCount, _rows, start, Arkit.HeadCount);
            }
            else
            {
                Array.Clear(_rows, start, Arkit.HeadCount);
            }
            start += Arkit.HeadCount;
            Array.Clear(_rows, start, Arkit.VisemeCount);
            if (block.HasVisemes)
            {
                Array.Copy(block.Visemes, frame * Arkit.VisemeCount, _rows, start, Arkit.VisemeCount);
            }
            else
            {
                _rows[start] = 1;
            }
        }

        private void MakeRoom()
        {
            if (Count == _times.Length && Count < _most)
            {
                Grow();
            }
            if (Count == _times.Length)
            {
                DropFirst();
            }
        }

        private void Grow()
        {
            float[] rows = _rows;
            int[] utterances = _utterances;
            double[] times = _times, periods = _periods;
            int first = _first;
            Allocate(Math.Min(2 * times.Length, _most));
            for (int i = 0; i < Count; i++)
            {
                int slot = (first + i) % times.Length;
                Array.Copy(rows, slot * Width, _rows, i * Width, Width);
                _utterances[i] = utterances[slot];
                _times[i] = times[slot];
                _periods[i] = periods[slot];
            }
        }

        private void Allocate(int room)
        {
            _rows = new float[room * Width];
            _utterances = new int[room];
            _times = new double[room];
            _periods = new double[room];
            _first = 0;
        }

        private int Slot(int at)
        {
            return (_first + at) % _times.Length;
        }
    }
}

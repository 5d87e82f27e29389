// The message that comes many times a second: read without garbage, into one block that is used again.
using System;

namespace A2FLive
{
    /// <summary>Reads `frames`. It remembers what `ready` told: the frame rate and the order of the names.</summary>
    internal sealed class FramesReader
    {
        private const int MostFrames = 100000;
        private const double LongestS = 1e12;
        private const int RequiredFields = 5;

        private readonly MsgpackReader _reader;
        private readonly FrameBlock _block = new FrameBlock();
        private readonly float[] _row = new float[Arkit.Count];
        private int[] _weightOrder;
        private int[] _visemeOrder;

        public FramesReader(MsgpackReader reader)
        {
            _reader = reader;
        }

        /// <summary>Frames a second of frames that tell none.</summary>
        public FrameRate Fps { get; set; } = new FrameRate(60, 1);

        /// <summary>Take over the order of the names on the wire.</summary>
        public void Order(string[] names, string[] visemeNames)
        {
            _weightOrder = OrderOf(names, (string[])Arkit.Names);
            _visemeOrder = visemeNames == null ? null : OrderOf(visemeNames, (string[])Arkit.VisemeNames);
        }

        /// <summary>The frames of the payload that the reader is at the start of.</summary>
        public FrameBlock Read()
        {
            int weights = -1, head = -1, visemes = -1, found = 0;
            _block.Fps = Fps;
            _block.Idle = _block.Final = _block.Withdrawn = false;
            for (int left = _reader.ReadMap("the message"); left > 0; left--)
            {
                found += ReadField(ref weights, ref head, ref visemes);
            }
            if (found != RequiredFields)
            {
                throw new A2FException(
                    Codes.BadField, "frames: utterance, index, count, weights or time is missing: is it an a2f-live server?");
            }
            _block.HasHead = head >= 0;
            _block.HasVisemes = visemes >= 0;
            _block.Weights = ReadRows(weights, "frames: weights", Arkit.Count, _block.Weights, _weightOrder);
            _block.Head = _block.HasHead ? ReadRows(head, "frames: head", Arkit.HeadCount, _block.Head, null) : _block.Head;
            _block.Visemes = _block.HasVisemes
                ? ReadRows(visemes, "frames: visemes", Arkit.VisemeCount, _block.Visemes, _visemeOrder)
                : _block.Visemes;
            return _block;
        }

        /// <summary>One field; 1 if it is one that must be there. Rows are read last, when their count is known.</summary>
        private int ReadField(ref int weights, ref int head, ref int visemes)
        {
            MsgpackReader reader = _reader;
            if (reader.TryKey(Keys.Utterance))
            {
                if (reader.TrySkipNil())
                {
                    return 0;
                }
                _block.Utterance = (int)reader.ReadInteger("frames: utterance", 0, int.MaxValue);
                return 1;
            }
            if (reader.TryKey(Keys.Index))
            {
                if (reader.TrySkipNil())
                {
                    return 0;
                }
                _block.Index = (int)reader.ReadInteger("frames: index", 0, int.MaxValue);
                return 1;
            }
            if (reader.TryKey(Keys.Count))
            {
                if (reader.TrySkipNil())
                {
                    return 0;
                }
                _block.Count = (int)reader.ReadInteger("frames: count", 1, MostFrames);
                return 1;
            }
            if (reader.TryKey(Keys.Time))
            {
                if (reader.TrySkipNil())
                {
                    return 0;
                }
                _block.TimeS = reader.ReadNumber("frames: time", 0, LongestS);
                return 1;
            }
            if (reader.TryKey(Keys.Weights))
            {
                return Place(ref weights);
            }
            ReadOptional(ref head, ref visemes);
            return 0;
        }

        private void ReadOptional(ref int head, ref int visemes)
        {
            MsgpackReader reader = _reader;
            if (reader.TryKey(Keys.Head))
            {
                Place(ref head);
            }
            else if (reader.TryKey(Keys.Visemes))
            {
                Place(ref visemes);
            }
            else if (reader.TryKey(Keys.Idle))
            {
                _block.Idle = !reader.TrySkipNil() && reader.ReadBoolean("frames: idle");
            }
            else if (reader.TryKey(Keys.Final))
            {
                _block.Final = !reader.TrySkipNil() && reader.ReadBoolean("frames: final");
            }
            else if (reader.TryKey(Keys.Fps))
            {
                _block.Fps = reader.TrySkipNil() ? Fps : ConfigReader.ReadFps(reader, "frames: fps");
            }
            else
            {
                reader.Skip();
                reader.Skip();
            }
        }

        private int Place(ref int at)
        {
            bool there = !_reader.TrySkipNil();
            at = there ? _reader.At : -1;
            if (there)
            {
                _reader.Skip();
            }
            return there ? 1 : 0;
        }

        private float[] ReadRows(int at, string field, int width, float[] rows, int[] order)
        {
            _reader.At = at;
            int count = _block.Count;
            if (_reader.Next == MsgpackType.Bytes)
            {
                rows = ReadBytes(field, count * (long)width, rows);
            }
            else
            {
                rows = ReadLists(field, count, width, rows);
            }
            for (int i = 0; i < count * width; i++)
            {
                if (!NumberBits.IsFinite(rows[i]))
                {
                    throw MsgpackReader.BadField(field, "finite numbers");
                }
            }
            if (order != null)
            {
                Reorder(rows, count, width, order);
            }
            return rows;
        }

        private float[] ReadBytes(string field, long numbers, float[] rows)
        {
            int at = _reader.ReadBytes(field, out int length);
            if (length != 4 * numbers && length != 2 * numbers)
            {
                throw MsgpackReader.BadField(field, "rows of bytes of the right length");
            }
            rows = FrameBlock.Roomy(rows, (int)numbers);
            if (length == 4 * numbers)
            {
                _reader.CopySingles(at, (int)numbers, rows);
            }
            else
            {
                _reader.CopyHalves(at, (int)numbers, rows);
            }
            return rows;
        }

        private float[] ReadLists(string field, int count, int width, float[] rows)
        {
            if (_reader.ReadList(field) != count)
            {
                throw MsgpackReader.BadField(field, "as many rows as count says");
            }
            // The reader has checked that the list is there in full, so the room is no more than the payload.
            for (int row = 0; row < count; row++)
            {
                if (_reader.ReadList(field) != width)
                {
                    throw MsgpackReader.BadField(field, "rows of the right width");
                }
                if (row == 0)
                {
                    rows = FrameBlock.Roomy(rows, count * width);
                }
                for (int i = 0; i < width; i++)
                {
                    rows[row * width + i] = (float)_reader.ReadNumber(field, -float.MaxValue, float.MaxValue);
                }
            }
            return rows;
        }

        private void Reorder(float[] rows, int count, int width, int[] order)
        {
            for (int start = 0; start < count * width; start += width)
            {
                Array.Copy(rows, start, _row, 0, width);
                Array.Clear(rows, start, width);
                for (int i = 0; i < width; i++)
                {
                    if (order[i] >= 0)
                    {
                        rows[start + order[i]] = _row[i];
                    }
                }
            }
        }

        /// <summary>Where each column goes; null if all stay where they are. Unknown names go nowhere.</summary>
        private static int[] OrderOf(string[] names, string[] canonical)
        {
            var order = new int[names.Length];
            bool same = true;
            for (int i = 0; i < names.Length; i++)
            {
                order[i] = Array.IndexOf(canonical, names[i]);
                same &= order[i] == i;
            }
            return same ? null : order;
        }
    }
}

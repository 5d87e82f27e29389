// msgpack to values, within bounds: nothing that a peer sends reads beyond its payload, nests deep or makes garbage.
using System;
using System.Collections.Generic;
using System.Text;

namespace A2FLive
{
    /// <summary>Walks through one payload. What is no msgpack of this protocol throws `unreadable`, a wrong type `bad_field`.</summary>
    internal sealed class MsgpackReader : MsgpackCursor
    {
        public const int DeepestNesting = 32;
        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        /// <summary>Begin a payload and check the whole of it: types, lengths, nesting, text, one value and no more.</summary>
        public void Open(byte[] data, int start, int count)
        {
            Begin(data, start, count);
            Check(DeepestNesting);
            RequireEnd();
            Rewind();
        }

        /// <summary>Go past a null, if there is one: outside a profile it means that the field is absent.</summary>
        public bool TrySkipNil()
        {
            if (Peek() != 0xc0)
            {
                return false;
            }
            At++;
            return true;
        }

        public int ReadMap(string field)
        {
            Require(MsgpackType.Map, field, "a map");
            return ReadCount(0x80, 0xde);
        }

        public int ReadList(string field)
        {
            Require(MsgpackType.List, field, "a list");
            return ReadCount(0x90, 0xdc);
        }

        /// <summary>Whether the next text is this one; goes past it if so. Keys are compared as bytes, so they make no garbage.</summary>
        public bool TryKey(byte[] name)
        {
            int before = At;
            int length = TextLength();
            if (length == name.Length && Same(name))
            {
                At += length;
                return true;
            }
            At = before;
            return false;
        }

        public string ReadText(string field, int longest)
        {
            Require(MsgpackType.Text, field, "text");
            int length = TextLength();
            string text = Utf8.GetString(Data, At, length);
            At += length;
            if (text.Length > longest)
            {
                throw BadField(field, $"text of at most {longest} characters");
            }
            return text;
        }

        /// <summary>Place and length of raw bytes; goes past them.</summary>
        public int ReadBytes(string field, out int length)
        {
            Require(MsgpackType.Bytes, field, "bytes");
            int width = 1 << (Take() - 0xc4);
            length = (int)TakeBig(width);
            int at = At;
            At += length;
            return at;
        }

        /// <summary>Little-endian float32 that lie in the payload.</summary>
        public void CopySingles(int at, int count, float[] numbers)
        {
            if (BitConverter.IsLittleEndian)
            {
                Buffer.BlockCopy(Data, at, numbers, 0, 4 * count);
                return;
            }
            for (int i = 0; i < count; i++, at += 4)
            {
                int low = Data[at] | Data[at + 1] << 8;
                numbers[i] = NumberBits.Single((uint)(low | Data[at + 2] << 16 | Data[at + 3] << 24));
            }
        }

        /// <summary>Little-endian float16 that lie in the payload.</summary>
        public void CopyHalves(int at, int count, float[] numbers)
        {
            for (int i = 0; i < count; i++, at += 2)
            {
                numbers[i] = NumberBits.Half(Data[at] | Data[at + 1] << 8);
            }
        }

        public bool ReadBoolean(string field)
        {
            Require(MsgpackType.Boolean, field, "true or false");
            return Take() == 0xc3;
        }

        /// <summary>A whole number within a range; 5.0 is one, true is not.</summary>
        public long ReadInteger(string field, long low, long high)
        {
            double value = ReadNumber(field, low, high);
            // Within 2^53 every integer is a double, so nothing is lost on the way.
            if (value != Math.Floor(value))
            {
                throw BadField(field, "an integer");
            }
            return (long)value;
        }

        public double ReadNumber(string field, double low, double high)
        {
            MsgpackType type = Next;
            double value = type == MsgpackType.Integer ? TakeInteger()
                : type == MsgpackType.Float ? TakeFloat()
                : throw BadField(field, "a number");
            if (!(value >= low && value <= high))
            {
                throw BadField(field, $"a number from {low} to {high}");
            }
            return value;
        }

        /// <summary>Any value as plain objects; for profiles, which are seldom.</summary>
        public object ReadValue()
        {
            switch (Next)
            {
                case MsgpackType.Nil:
                    At++;
                    return null;
                case MsgpackType.Boolean:
                    return Take() == 0xc3;
                case MsgpackType.Integer:
                    return (long)TakeInteger();
                case MsgpackType.Float:
                    return TakeFloat();
                case MsgpackType.Text:
                    return ReadText("", int.MaxValue);
                case MsgpackType.Bytes:
                    int at = ReadBytes("", out int length);
                    var bytes = new byte[length];
                    Buffer.BlockCopy(Data, at, bytes, 0, length);
                    return bytes;
                case MsgpackType.List:
                    var list = new List<object>();
                    for (int left = ReadList(""); left > 0; left--)
                    {
                        list.Add(ReadValue());
                    }
                    return list;
                default:
                    var map = new Dictionary<string, object>(StringComparer.Ordinal);
                    for (int left = ReadMap(""); left > 0; left--)
                    {
                        string key = ReadText("", int.MaxValue);
                        map[key] = ReadValue();
                    }
                    return map;
            }
        }

        /// <summary>Go past a value.</summary>
        public void Skip()
        {
            Check(DeepestNesting);
        }

        public static A2FException BadField(string field, string wanted)
        {
            return new A2FException(Codes.BadField, $"{field} of a message of the server is not {wanted}");
        }

        // Steps within

        private void Check(int depth)
        {
            switch (Next)
            {
                case MsgpackType.Text:
                    CheckText();
                    break;
                case MsgpackType.Bytes:
                    ReadBytes("", out int _);
                    break;
                case MsgpackType.List:
                    CheckItems(ReadCount(0x90, 0xdc), depth, false);
                    break;
                case MsgpackType.Map:
                    CheckItems(ReadCount(0x80, 0xde), depth, true);
                    break;
                case MsgpackType.Integer:
                    TakeInteger();
                    break;
                case MsgpackType.Float:
                    TakeFloat();
                    break;
                default:
                    At++;
                    break;
            }
        }

        private void CheckItems(int count, int depth, bool keyed)
        {
            if (depth == 0)
            {
                throw Unreadable($"it is nested deeper than {DeepestNesting}");
            }
            for (int i = 0; i < count; i++)
            {
                if (keyed)
                {
                    if (Next != MsgpackType.Text)
                    {
                        throw Unreadable("a key is no text");
                    }
                    CheckText();
                }
                Check(depth - 1);
            }
        }

        private void CheckText()
        {
            int length = TextLength();
            for (int i = At; i < At + length; i++)
            {
                if (Data[i] >= 0x80)
                {
                    CheckUtf8(length);
                    break;
                }
            }
            At += length;
        }

        private void CheckUtf8(int length)
        {
            try
            {
                Utf8.GetCharCount(Data, At, length);
            }
            catch (ArgumentException)
            {
                throw Unreadable("text is not UTF-8");
            }
        }

        private bool Same(byte[] name)
        {
            for (int i = 0; i < name.Length; i++)
            {
                if (Data[At + i] != name[i])
                {
                    return false;
                }
            }
            return true;
        }

        private void Require(MsgpackType type, string field, string wanted)
        {
            if (Next != type)
            {
                throw BadField(field, wanted);
            }
        }

    }
}

// msgpack to values, within bounds: nothing that a peer sends reads beyond its payload, nests deep or makes garbage.
using System;
using System.Collections.Generic;
using System.Text;

namespace A2FLive
{
    internal enum MsgpackType
    {
        Nil,
        Boolean,
        Integer,
        Float,
        Text,
        Bytes,
        List,
        Map,
    }

    /// <summary>Walks through one payload. What is no msgpack of this protocol throws `unreadable`, a wrong type `bad_field`.</summary>
    internal sealed class MsgpackReader
    {
        public const int DeepestNesting = 32;
        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        private byte[] _data;
        private int _start;
        private int _end;

        /// <summary>Where the next value begins, within the payload's array; may be set to come back to a value.</summary>
        public int At { get; set; }

        /// <summary>Begin a payload and check the whole of it: types, lengths, nesting, text, one value and no more.</summary>
        public void Open(byte[] data, int start, int count)
        {
            _data = data;
            _start = At = start;
            _end = start + count;
            Check(DeepestNesting);
            if (At != _end)
            {
                throw Unreadable("bytes are left over");
            }
            At = start;
        }

        /// <summary>Back to the first byte.</summary>
        public void Rewind()
        {
            At = _start;
        }

        public MsgpackType Next
        {
            get { return TypeOf(Peek()); }
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
            string text = Utf8.GetString(_data, At, length);
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
                Buffer.BlockCopy(_data, at, numbers, 0, 4 * count);
                return;
            }
            for (int i = 0; i < count; i++, at += 4)
            {
                int low = _data[at] | _data[at + 1] << 8;
                numbers[i] = NumberBits.Single((uint)(low | _data[at + 2] << 16 | _data[at + 3] << 24));
            }
        }

        /// <summary>Little-endian float16 that lie in the payload.</summary>
        public void CopyHalves(int at, int count, float[] numbers)
        {
            for (int i = 0; i < count; i++, at += 2)
            {
                numbers[i] = NumberBits.Half(_data[at] | _data[at + 1] << 8);
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
                    Buffer.BlockCopy(_data, at, bytes, 0, length);
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
                if (_data[i] >= 0x80)
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
                Utf8.GetCharCount(_data, At, length);
            }
            catch (ArgumentException)
            {
                throw Unreadable("text is not UTF-8");
            }
        }

        private int TextLength()
        {
            int first = Take();
            int length = first < 0xc0 ? first & 0x1f : (int)TakeBig(1 << (first - 0xd9));
            RequireLeft(length);
            return length;
        }

        private int ReadCount(int small, int large)
        {
            int first = Take();
            long count = first < 0xc0 ? first & 0x0f : TakeBig(first == large ? 2 : 4);
            // Every item has a byte at least, so a count that promises more than is there ends here.
            RequireLeft(small == 0x80 ? 2 * count : count);
            return (int)count;
        }

        private double TakeInteger()
        {
            int first = Take();
            if (first < 0x80)
            {
                return first;
            }
            if (first >= 0xe0)
            {
                return (sbyte)first;
            }
            int width = 1 << (first & 3);
            ulong bits = TakeBits(width);
            if (first < 0xd0)
            {
                return bits;
            }
            int shift = 64 - 8 * width;
            return (long)(bits << shift) >> shift;
        }

        private double TakeFloat()
        {
            return Take() == 0xca
                ? NumberBits.Single((uint)TakeBits(4))
                : BitConverter.Int64BitsToDouble((long)TakeBits(8));
        }

        private long TakeBig(int width)
        {
            long length = (long)TakeBits(width);
            RequireLeft(length);
            return length;
        }

        private ulong TakeBits(int width)
        {
            RequireLeft(width);
            ulong bits = 0;
            for (int i = 0; i < width; i++)
            {
                bits = bits << 8 | _data[At++];
            }
            return bits;
        }

        private byte Peek()
        {
            RequireLeft(1);
            return _data[At];
        }

        private byte Take()
        {
            RequireLeft(1);
            return _data[At++];
        }

        private bool Same(byte[] name)
        {
            for (int i = 0; i < name.Length; i++)
            {
                if (_data[At + i] != name[i])
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

        private void RequireLeft(long count)
        {
            if (count > _end - At)
            {
                throw Unreadable("it is cut short");
            }
        }

        private static MsgpackType TypeOf(int first)
        {
            if (first < 0x80 || first >= 0xe0 || (first >= 0xcc && first <= 0xd3))
            {
                return MsgpackType.Integer;
            }
            if (first < 0x90 || first >= 0xde)
            {
                return MsgpackType.Map;
            }
            if (first < 0xa0 || first >= 0xdc)
            {
                return MsgpackType.List;
            }
            if (first < 0xc0 || first >= 0xd9)
            {
                return MsgpackType.Text;
            }
            switch (first)
            {
                case 0xc0:
                    return MsgpackType.Nil;
                case 0xc2:
                case 0xc3:
                    return MsgpackType.Boolean;
                case 0xc4:
                case 0xc5:
                case 0xc6:
                    return MsgpackType.Bytes;
                case 0xca:
                case 0xcb:
                    return MsgpackType.Float;
                default:
                    throw Unreadable(first == 0xc1 ? "a byte means nothing" : "extension types are not used here");
            }
        }

        private static A2FException Unreadable(string reason)
        {
            return new A2FException(
                Codes.Unreadable, $"a payload of the server cannot be read ({reason}): is it an a2f-live server?");
        }
    }
}

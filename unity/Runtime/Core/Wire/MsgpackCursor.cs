// The bytes of one msgpack payload: the only place that reads them, never beyond their end.
using System;

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

    /// <summary>A place in a payload, and the plain values that can begin there.</summary>
    internal abstract class MsgpackCursor
    {
        private int _start;
        private int _end;

        /// <summary>Where the next value begins, within the payload's array; may be set to come back to a value.</summary>
        public int At { get; set; }

        protected byte[] Data { get; private set; }

        public MsgpackType Next
        {
            get { return TypeOf(Peek()); }
        }

        /// <summary>Back to the first byte.</summary>
        public void Rewind()
        {
            At = _start;
        }

        protected void Begin(byte[] data, int start, int count)
        {
            Data = data;
            _start = At = start;
            _end = start + count;
        }

        protected void RequireEnd()
        {
            if (At != _end)
            {
                throw Unreadable("bytes are left over");
            }
        }

        protected int TextLength()
        {
            int first = Take();
            int length = first < 0xc0 ? first & 0x1f : (int)TakeBig(1 << (first - 0xd9));
            RequireLeft(length);
            return length;
        }

        protected int ReadCount(int small, int large)
        {
            int first = Take();
            long count = first < 0xc0 ? first & 0x0f : TakeBig(first == large ? 2 : 4);
            // Every item has a byte at least, so a count that promises more than is there ends here.
            RequireLeft(small == 0x80 ? 2 * count : count);
            return (int)count;
        }

        protected double TakeInteger()
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

        protected double TakeFloat()
        {
            return Take() == 0xca
                ? NumberBits.Single((uint)TakeBits(4))
                : BitConverter.Int64BitsToDouble((long)TakeBits(8));
        }

        protected long TakeBig(int width)
        {
            long length = (long)TakeBits(width);
            RequireLeft(length);
            return length;
        }

        protected ulong TakeBits(int width)
        {
            RequireLeft(width);
            ulong bits = 0;
            for (int i = 0; i < width; i++)
            {
                bits = bits << 8 | Data[At++];
            }
            return bits;
        }

        protected byte Peek()
        {
            RequireLeft(1);
            return Data[At];
        }

        protected byte Take()
        {
            RequireLeft(1);
            return Data[At++];
        }

        protected void RequireLeft(long count)
        {
            if (count > _end - At)
            {
                throw Unreadable("it is cut short");
            }
        }

        protected static MsgpackType TypeOf(int first)
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

        protected static A2FException Unreadable(string reason)
        {
            return new A2FException(
                Codes.Unreadable, $"a payload of the server cannot be read ({reason}): is it an a2f-live server?");
        }
    }
}

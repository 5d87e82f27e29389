// Values to msgpack, in a buffer that is used again and again.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Text;

namespace A2FLive
{
    /// <summary>Writes one payload after the other; the bytes are valid until the next `Clear`.</summary>
    internal sealed class MsgpackWriter
    {
        private static readonly UTF8Encoding Utf8 = new UTF8Encoding(false, true);

        private byte[] _data = new byte[1024];

        public byte[] Data
        {
            get { return _data; }
        }

        public int Count { get; private set; }

        public void Clear()
        {
            Count = 0;
        }

        public void Map(int pairs)
        {
            Head(pairs, 0x80, 15, 0xde);
        }

        public void List(int items)
        {
            Head(items, 0x90, 15, 0xdc);
        }

        public void Text(string text)
        {
            int length = Utf8.GetByteCount(text);
            if (length < 32)
            {
                Byte(0xa0 | length);
            }
            else if (length < 256)
            {
                Byte(0xd9);
                Byte(length);
            }
            else
            {
                Head(length, 0, -1, 0xda);
            }
            Room(length);
            Count += Utf8.GetBytes(text, 0, text.Length, _data, Count);
        }

        public void Bytes(byte[] bytes, int start, int length)
        {
            if (length < 256)
            {
                Byte(0xc4);
                Byte(length);
            }
            else
            {
                Head(length, 0, -1, 0xc5);
            }
            Room(length);
            Buffer.BlockCopy(bytes, start, _data, Count, length);
            Count += length;
        }

        public void Nil()
        {
            Byte(0xc0);
        }

        public void Boolean(bool value)
        {
            Byte(value ? 0xc3 : 0xc2);
        }

        public void Integer(long value)
        {
            if (value >= -32 && value < 128)
            {
                Byte((int)(value & 0xff));
            }
            else
            {
                Byte(0xd3);
                Big((ulong)value, 8);
            }
        }

        public void Number(double value)
        {
            if (!NumberBits.IsFinite(value))
            {
                throw new A2FException(Codes.BadSetting, $"{value} cannot be sent: use a finite number");
            }
            Byte(0xcb);
            Big((ulong)BitConverter.DoubleToInt64Bits(value), 8);
        }

        /// <summary>Plain objects, as a profile has them: maps with text keys, lists, text, numbers, booleans, null.</summary>
        public void Value(object value)
        {
            if (value == null)
            {
                Nil();
            }
            else if (value is bool)
            {
                Boolean((bool)value);
            }
            else if (value is string text)
            {
                Text(text);
            }
            else if (value is int || value is long)
            {
                Integer(Convert.ToInt64(value));
            }
            else if (value is float || value is double)
            {
                Number(Convert.ToDouble(value));
            }
            else if (value is IReadOnlyDictionary<string, object> map)
            {
                WriteMap(map);
            }
            else if (value is IList list)
            {
                WriteList(list);
            }
            else
            {
                throw new A2FException(
                    Codes.BadSetting, $"a {value.GetType().Name} cannot be sent: use maps, lists, text and numbers");
            }
        }

        private void WriteMap(IReadOnlyDictionary<string, object> map)
        {
            Map(map.Count);
            foreach (KeyValuePair<string, object> pair in map)
            {
                Text(pair.Key);
                Value(pair.Value);
            }
        }

        private void WriteList(IList list)
        {
            List(list.Count);
            foreach (object item in list)
            {
                Value(item);
            }
        }

        private void Head(int count, int small, int largestSmall, int large)
        {
            if (count <= largestSmall)
            {
                Byte(small | count);
            }
            else if (count < 65536)
            {
                Byte(large);
                Big((ulong)count, 2);
            }
            else
            {
                Byte(large + 1);
                Big((ulong)count, 4);
            }
        }

        private void Big(ulong bits, int width)
        {
            for (int shift = 8 * (width - 1); shift >= 0; shift -= 8)
            {
                Byte((int)(bits >> shift & 0xff));
            }
        }

        private void Byte(int value)
        {
            Room(1);
            _data[Count++] = (byte)value;
        }

        private void Room(int count)
        {
            if (Count + count > _data.Length)
            {
                Array.Resize(ref _data, Math.Max(2 * _data.Length, Count + count));
            }
        }
    }
}

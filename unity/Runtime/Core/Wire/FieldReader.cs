// Fields of the messages that come seldom.
using System.Collections.Generic;

namespace A2FLive
{
    /// <summary>Reads the fields of one map after the other; what is not as the protocol says throws `bad_field`.</summary>
    internal sealed class FieldReader
    {
        /// <summary>The largest integer that every language reads exactly.</summary>
        public const long LargestInteger = (1L << 53) - 1;
        private const double LargestNumber = 1e12;
        private const int LongestText = 256;
        private const int LongestSentence = 4096;

        private readonly MsgpackReader _reader;

        public FieldReader(MsgpackReader reader)
        {
            _reader = reader;
        }

        /// <summary>Names of the fields of the map that is next; whoever asks reads or skips each value. Null is absent.</summary>
        public IEnumerable<string> Fields()
        {
            for (int left = _reader.ReadMap("the message"); left > 0; left--)
            {
                string name = _reader.ReadText("a field", int.MaxValue);
                if (!_reader.TrySkipNil())
                {
                    yield return name;
                }
            }
        }

        public void Skip()
        {
            _reader.Skip();
        }

        public bool Flag(string field)
        {
            return _reader.ReadBoolean(field);
        }

        public StreamConfig Config()
        {
            return ConfigReader.Read(_reader);
        }

        /// <summary>Text for people.</summary>
        public string Sentence(string field)
        {
            return _reader.ReadText(field, LongestSentence);
        }

        public string Word(string field)
        {
            return _reader.ReadText(field, LongestText);
        }

        public string[] Words(string field, int count)
        {
            if (_reader.ReadList(field) != count)
            {
                throw MsgpackReader.BadField(field, $"a list of {count} texts");
            }
            var words = new string[count];
            for (int i = 0; i < count; i++)
            {
                words[i] = Word(field);
            }
            return words;
        }

        public long Whole(string field, long high)
        {
            return _reader.ReadInteger(field, 0, high);
        }

        public double Number(string field)
        {
            return _reader.ReadNumber(field, 0, LargestNumber);
        }

        public double[] Numbers(string field)
        {
            if (_reader.ReadList(field) != 3)
            {
                throw MsgpackReader.BadField(field, "a list of 3 numbers");
            }
            return new[] { Number(field), Number(field), Number(field) };
        }

        public static void Require(bool there, string type)
        {
            if (!there)
            {
                throw new A2FException(
                    Codes.BadField, $"{type}: a field that must be there is missing: is it an a2f-live server?");
            }
        }
    }
}

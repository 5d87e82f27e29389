// Plain objects as JSON, one line each.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace A2FLive.Console
{
    internal static class Json
    {
        public static string Of(object value)
        {
            var text = new StringBuilder();
            Write(text, value);
            return text.ToString();
        }

        private static void Write(StringBuilder text, object value)
        {
            if (value is string word)
            {
                Quote(text, word);
            }
            else if (value is bool flag)
            {
                text.Append(flag ? "true" : "false");
            }
            else if (value == null)
            {
                text.Append("null");
            }
            else if (value is IDictionary map)
            {
                WriteMap(text, map);
            }
            else if (value is IEnumerable list)
            {
                WriteList(text, list);
            }
            else if (value is double || value is float)
            {
                text.Append(Convert.ToDouble(value).ToString("R", CultureInfo.InvariantCulture));
            }
            else
            {
                text.Append(Convert.ToInt64(value).ToString(CultureInfo.InvariantCulture));
            }
        }

        private static void WriteMap(StringBuilder text, IDictionary map)
        {
            string before = "{";
            foreach (DictionaryEntry pair in map)
            {
                text.Append(before);
                Quote(text, (string)pair.Key);
                text.Append(":");
                Write(text, pair.Value);
                before = ",";
            }
            text.Append(before == "{" ? "{}" : "}");
        }

        private static void WriteList(StringBuilder text, IEnumerable list)
        {
            string before = "[";
            foreach (object item in list)
            {
                text.Append(before);
                Write(text, item);
                before = ",";
            }
            text.Append(before == "[" ? "[]" : "]");
        }

        private static void Quote(StringBuilder text, string word)
        {
            text.Append('"');
            foreach (char letter in word)
            {
                if (letter == '"' || letter == '\\' || letter < ' ' || letter > '~')
                {
                    text.Append("\\u").Append(((int)letter).ToString("x4", CultureInfo.InvariantCulture));
                }
                else
                {
                    text.Append(letter);
                }
            }
            text.Append('"');
        }
    }
}

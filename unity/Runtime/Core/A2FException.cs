// The one error of the package.
using System;

namespace A2FLive
{
    /// <summary>Something that cannot be: the message says what happened and what to do, the code is for programs.</summary>
    public sealed class A2FException : Exception
    {
        /// <summary>An error with one of the codes of the protocol.</summary>
        public A2FException(string code, string message) : base(message)
        {
            Code = code;
        }

        /// <summary>A stable word, see the table of codes in docs/protocol.md.</summary>
        public string Code { get; }

        /// <summary>Whether nothing more can be read from the connection that it came over.</summary>
        public bool Fatal
        {
            get { return Code == Codes.Unreadable || Code == Codes.WrongFrame; }
        }
    }

    /// <summary>Codes of the protocol that the package itself gives or looks for.</summary>
    public static class Codes
    {
        /// <summary>A payload that is not msgpack.</summary>
        public const string Unreadable = "unreadable";
        /// <summary>A text frame where only binary frames are used.</summary>
        public const string WrongFrame = "wrong_frame";
        /// <summary>A field is missing, of the wrong type or outside its range.</summary>
        public const string BadField = "bad_field";
        /// <summary>A setting that cannot be used.</summary>
        public const string BadSetting = "bad_setting";
        /// <summary>An audio format that cannot be used.</summary>
        public const string BadAudio = "bad_audio";
        /// <summary>The other end does not do what the protocol says.</summary>
        public const string Protocol = "protocol";
        /// <summary>Nothing is left to resume.</summary>
        public const string SessionExpired = "session_expired";
        /// <summary>The other end went away and did not come back.</summary>
        public const string ConnectionLost = "connection_lost";
        /// <summary>No token, or a wrong one.</summary>
        public const string BadToken = "bad_token";
        /// <summary>An origin or a host name was refused.</summary>
        public const string NotAllowed = "not_allowed";
        /// <summary>No room for another session now.</summary>
        public const string ServerFull = "server_full";
        /// <summary>The stream has ended in good order; never sent.</summary>
        public const string Closed = "closed";
    }
}

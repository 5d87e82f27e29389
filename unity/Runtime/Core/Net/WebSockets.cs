// Which WebSocket is used, and the address that is meant.
using System;
using System.Text;

namespace A2FLive
{
    /// <summary>The WebSockets of this program.</summary>
    public static class WebSockets
    {
        /// <summary>Name of the protocol as this package speaks it.</summary>
        public const string Subprotocol = "a2f.v1.msgpack";

        /// <summary>Largest message that is taken from a server.</summary>
        public const int LargestMessage = 4 * 1024 * 1024;

        private const string Path = "/v1/stream";

        /// <summary>Makes the WebSockets of all streams; the built-in one unless another is set, as in WebGL.</summary>
        public static SocketFactory Factory { get; set; } = BuiltIn;

        /// <summary>
        /// The WebSocket address meant by an address of a server: http or ws, with or without the path.
        /// Throws `bad_setting` for what is none.
        /// </summary>
        public static Uri StreamAddress(string url)
        {
            string text = (url ?? "").Trim();
            if (text.IndexOf("://", StringComparison.Ordinal) < 0)
            {
                text = "ws://" + text;
            }
            if (!Uri.TryCreate(text, UriKind.Absolute, out Uri given) || given.Host.Length == 0)
            {
                throw NoAddress(url);
            }
            bool secure = given.Scheme == "wss" || given.Scheme == "https";
            if (!secure && given.Scheme != "ws" && given.Scheme != "http")
            {
                throw NoAddress(url);
            }
            var address = new UriBuilder(given) { Scheme = secure ? "wss" : "ws", Fragment = "" };
            address.Port = given.IsDefaultPort || given.Port < 0 ? (secure ? 443 : 80) : given.Port;
            if (given.AbsolutePath.Trim('/').Length == 0)
            {
                address.Path = Path;
            }
            return address.Uri;
        }

        /// <summary>A token as an entry beside the subprotocol, for WebSockets that cannot set headers.</summary>
        public static string TokenEntry(string token)
        {
            string text = Convert.ToBase64String(Encoding.UTF8.GetBytes(token));
            return "a2f.token." + text.TrimEnd('=').Replace('+', '-').Replace('/', '_');
        }

        private static IWebSocket BuiltIn(string url, string token)
        {
#if UNITY_WEBGL && !UNITY_EDITOR
            throw new A2FException(
                Codes.BadSetting, "WebGL has no WebSocket of its own: install the package com.endel.nativewebsocket");
#else
            return new ClientSocket(url, token);
#endif
        }

        private static A2FException NoAddress(string url)
        {
            return new A2FException(
                Codes.BadSetting, $"{url} is no address of a server: use one such as ws://localhost:8000");
        }
    }
}

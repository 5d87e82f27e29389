// The core is one assembly that knows nothing of Unity; its tests look inside.
using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("A2FLive.Tests")]
[assembly: InternalsVisibleTo("A2FLive.LayerTests")]
[assembly: InternalsVisibleTo("A2FLive.Console")]

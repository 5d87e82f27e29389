// As much of UnityEngine as the package uses, with the behaviour that its tests rely on: objects, messages, time.
using System;
using System.Collections;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace UnityEngine
{
    public class Object
    {
        private static int _ids;
        private readonly int _id = ++_ids;

        public string name { get; set; } = "";
        internal bool IsDestroyed { get; private set; }

        public int GetInstanceID()
        {
            return _id;
        }

        public static void Destroy(Object target)
        {
            target.IsDestroyed = true;
        }

        public static void DestroyImmediate(Object target)
        {
            Destroy(target);
        }

        public static implicit operator bool(Object one)
        {
            return one != null;
        }

        public static bool operator ==(Object one, Object other)
        {
            bool noOne = ReferenceEquals(one, null) || one.IsDestroyed;
            bool noOther = ReferenceEquals(other, null) || other.IsDestroyed;
            return noOne || noOther ? noOne && noOther : ReferenceEquals(one, other);
        }

        public static bool operator !=(Object one, Object other)
        {
            return !(one == other);
        }

        public override bool Equals(object other)
        {
            return ReferenceEquals(this, other);
        }

        public override int GetHashCode()
        {
            return _id;
        }
    }

    public class Component : Object
    {
        public GameObject gameObject { get; internal set; }

        public Transform transform
        {
            get { return gameObject.transform; }
        }

        public T GetComponent<T>() where T : class
        {
            return gameObject.GetComponent<T>();
        }

        public T GetComponentInParent<T>() where T : class
        {
            for (Transform at = transform; at != null; at = at.parent)
            {
                T found = at.gameObject.GetComponent<T>();
                if (found != null)
                {
                    return found;
                }
            }
            return null;
        }

        public T[] GetComponentsInChildren<T>() where T : class
        {
            return transform.Below().SelectMany(one => one.gameObject.Components.OfType<T>()).ToArray();
        }
    }

    public sealed class GameObject : Object
    {
        public GameObject(string name = "")
        {
            this.name = name;
            transform = new Transform { gameObject = this };
            Components.Add(transform);
        }

        public Transform transform { get; }
        internal List<Component> Components { get; } = new List<Component>();

        public T AddComponent<T>() where T : Component
        {
            foreach (RequireComponent needed in typeof(T).GetCustomAttributes(typeof(RequireComponent), true))
            {
                if (!Components.Any(one => needed.Type.IsInstanceOfType(one)))
                {
                    Add((Component)Activator.CreateInstance(needed.Type));
                }
            }
            var component = Activator.CreateInstance<T>();
            Add(component);
            return component;
        }

        public T GetComponent<T>() where T : class
        {
            return Components.OfType<T>().FirstOrDefault();
        }

        public T[] GetComponentsInChildren<T>() where T : class
        {
            return transform.GetComponentsInChildren<T>();
        }

        private void Add(Component component)
        {
            component.gameObject = this;
            Components.Add(component);
            if (component is MonoBehaviour behaviour)
            {
                behaviour.Enter();
            }
        }
    }

    public class Behaviour : Component
    {
        private bool _enabled = true;

        public bool isActiveAndEnabled
        {
            get { return enabled && !gameObject.IsDestroyed; }
        }

        public bool enabled
        {
            get
            {
                return _enabled;
            }

            set
            {
                if (value != _enabled)
                {
                    _enabled = value;
                    (this as MonoBehaviour)?.Message(value ? "OnEnable" : "OnDisable");
                }
            }
        }
    }

    /// <summary>Of a place; it is here because its name is a common one.</summary>
    public struct Pose
    {
        public Vector3 position;
    }

    /// <summary>Gets its messages from `Engine`, as Unity sends them.</summary>
    public class MonoBehaviour : Behaviour
    {
        private readonly List<IEnumerator> _coroutines = new List<IEnumerator>();
        private bool _started;

        public Coroutine StartCoroutine(IEnumerator steps)
        {
            if (steps.MoveNext())
            {
                _coroutines.Add(steps);
            }
            return new Coroutine();
        }

        public void StopAllCoroutines()
        {
            _coroutines.Clear();
        }

        internal void Enter()
        {
            Engine.Behaviours.Add(this);
            Message("Awake");
            Message("OnEnable");
        }

        internal void Frame(string message)
        {
            if (!enabled || gameObject.IsDestroyed)
            {
                return;
            }
            if (message == "Update")
            {
                if (!_started)
                {
                    _started = true;
                    Message("Start");
                }
                foreach (IEnumerator steps in _coroutines.ToArray())
                {
                    bool waits = steps.Current is AsyncOperation operation && !operation.isDone;
                    if (!waits && !steps.MoveNext())
                    {
                        _coroutines.Remove(steps);
                    }
                }
            }
            Message(message);
        }

        internal object Message(string name, params object[] arguments)
        {
            const BindingFlags any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            MethodInfo method = GetType().GetMethod(name, any);
            try
            {
                return method?.Invoke(this, arguments);
            }
            catch (TargetInvocationException failed)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failed.InnerException).Throw();
                throw;
            }
        }
    }

    public sealed class Coroutine
    {
    }

    public class AsyncOperation
    {
        public bool isDone { get; set; }
    }

    /// <summary>The loop of the game, turned by hand.</summary>
    public static class Engine
    {
        public static List<MonoBehaviour> Behaviours { get; } = new List<MonoBehaviour>();
        public static List<string> Log { get; } = new List<string>();

        public static void Reset()
        {
            Behaviours.Clear();
            Log.Clear();
            Time.Now = 100;
        }

        /// <summary>One frame of the game after so many seconds.</summary>
        public static void Frame(double seconds = 1 / 60.0)
        {
            Time.Now += seconds;
            foreach (string message in new[] { "Update", "LateUpdate" })
            {
                foreach (MonoBehaviour one in Behaviours.OrderBy(OrderOf).ToArray())
                {
                    one.Frame(message);
                }
            }
        }

        /// <summary>The audio thread asks for sound: so many samples of each channel.</summary>
        public static float[] Sound(GameObject thing, int frames, int channels)
        {
            var data = new float[frames * channels];
            foreach (MonoBehaviour one in thing.Components.OfType<MonoBehaviour>())
            {
                one.Message("OnAudioFilterRead", data, channels);
            }
            return data;
        }

        /// <summary>Send one message to one component.</summary>
        public static void Send(MonoBehaviour one, string message)
        {
            one.Message(message);
        }

        private static int OrderOf(MonoBehaviour one)
        {
            object[] order = one.GetType().GetCustomAttributes(typeof(DefaultExecutionOrder), true);
            return order.Length > 0 ? ((DefaultExecutionOrder)order[0]).Order : 0;
        }
    }

    public static class Time
    {
        internal static double Now { get; set; }

        public static double realtimeSinceStartupAsDouble
        {
            get { return Now; }
        }
    }

    public static class Debug
    {
        public static void Log(object message)
        {
            Engine.Log.Add($"log {message}");
        }

        public static void LogWarning(object message, Object context = null)
        {
            Engine.Log.Add($"warning {message}");
        }

        public static void LogError(object message, Object context = null)
        {
            Engine.Log.Add($"error {message}");
        }
    }

    public enum UserAuthorization
    {
        WebCam = 1,
        Microphone = 2,
    }

    public static class Application
    {
        public static bool Allowed { get; set; } = true;
        public static AsyncOperation Asked { get; set; }

        public static bool HasUserAuthorization(UserAuthorization mode)
        {
            return Allowed;
        }

        public static AsyncOperation RequestUserAuthorization(UserAuthorization mode)
        {
            Asked = new AsyncOperation();
            return Asked;
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class SerializeField : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class TooltipAttribute : Attribute
    {
        public TooltipAttribute(string text)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class HeaderAttribute : Attribute
    {
        public HeaderAttribute(string text)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Field)]
    public sealed class RangeAttribute : Attribute
    {
        public RangeAttribute(float low, float high)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class AddComponentMenu : Attribute
    {
        public AddComponentMenu(string path)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DefaultExecutionOrder : Attribute
    {
        public DefaultExecutionOrder(int order)
        {
            Order = order;
        }

        public int Order { get; }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class DisallowMultipleComponent : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class RequireComponent : Attribute
    {
        public RequireComponent(Type type)
        {
            Type = type;
        }

        public Type Type { get; }
    }

    public enum RuntimeInitializeLoadType
    {
        AfterSceneLoad,
        BeforeSceneLoad,
    }

    [AttributeUsage(AttributeTargets.Method)]
    public sealed class RuntimeInitializeOnLoadMethodAttribute : Attribute
    {
        public RuntimeInitializeOnLoadMethodAttribute(RuntimeInitializeLoadType type)
        {
        }
    }
}

// As much of UnityEditor as the package uses.
using System;
using System.Collections.Generic;
using UnityEngine;

namespace UnityEditor
{
    public class Editor
    {
        public UnityEngine.Object target { get; set; }

        public virtual void OnInspectorGUI()
        {
        }

        public bool DrawDefaultInspector()
        {
            return false;
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public sealed class CustomEditor : Attribute
    {
        public CustomEditor(Type inspected)
        {
        }
    }

    [AttributeUsage(AttributeTargets.Method, AllowMultiple = true)]
    public sealed class MenuItem : Attribute
    {
        public MenuItem(string path, bool validate, int priority)
        {
        }
    }

    public enum MessageType
    {
        None,
        Info,
        Warning,
        Error,
    }

    public static class EditorGUILayout
    {
        public static List<string> Boxes { get; } = new List<string>();

        public static void HelpBox(string message, MessageType type)
        {
            Boxes.Add($"{type}: {message}");
        }

        public static void Space()
        {
        }
    }

    public static class Undo
    {
        public static T AddComponent<T>(GameObject thing) where T : Component
        {
            return thing.AddComponent<T>();
        }
    }

    public static class Selection
    {
        public static GameObject activeGameObject { get; set; }
    }
}

// Meshes with blendshapes, and what a sample scene is made of.
using System.Collections.Generic;

namespace UnityEngine
{
    public sealed class Mesh : Object
    {
        private readonly List<string> _names = new List<string>();
        private readonly List<float> _weights = new List<float>();

        public Vector3[] vertices { get; set; } = new Vector3[0];
        public int[] triangles { get; set; } = new int[0];
        public Color[] colors { get; set; } = new Color[0];
        public List<Vector3[]> Deltas { get; } = new List<Vector3[]>();

        public int blendShapeCount
        {
            get { return _names.Count; }
        }

        public string GetBlendShapeName(int shapeIndex)
        {
            return _names[shapeIndex];
        }

        public int GetBlendShapeFrameCount(int shapeIndex)
        {
            return 1;
        }

        public float GetBlendShapeFrameWeight(int shapeIndex, int frameIndex)
        {
            return _weights[shapeIndex];
        }

        public void AddBlendShapeFrame(
            string shapeName, float frameWeight, Vector3[] deltaVertices, Vector3[] deltaNormals, Vector3[] deltaTangents)
        {
            _names.Add(shapeName);
            _weights.Add(frameWeight);
            Deltas.Add(deltaVertices);
        }

        public void RecalculateNormals()
        {
        }

        public void RecalculateBounds()
        {
        }
    }

    public class Renderer : Component
    {
        public Material sharedMaterial { get; set; }
    }

    public sealed class SkinnedMeshRenderer : Renderer
    {
        private readonly Dictionary<int, float> _weights = new Dictionary<int, float>();

        public Mesh sharedMesh { get; set; }
        public int Sets { get; private set; }

        public void SetBlendShapeWeight(int index, float value)
        {
            _weights[index] = value;
            Sets++;
        }

        public float GetBlendShapeWeight(int index)
        {
            return _weights.TryGetValue(index, out float value) ? value : 0;
        }
    }

    public sealed class Material : Object
    {
        public Material(Shader shader)
        {
        }

        public Color color { get; set; }
    }

    public sealed class Shader : Object
    {
        public static Shader Find(string name)
        {
            return new Shader { name = name };
        }
    }

    public sealed class Camera : Behaviour
    {
        public float fieldOfView { get; set; }
        public Color backgroundColor { get; set; }
        public CameraClearFlags clearFlags { get; set; }
    }

    public enum CameraClearFlags
    {
        SolidColor = 2,
    }

    public enum LightType
    {
        Directional = 1,
    }

    public sealed class Light : Behaviour
    {
        public LightType type { get; set; }
        public float intensity { get; set; }
    }

    public static class Mathf
    {
        public static float Exp(float power)
        {
            return (float)System.Math.Exp(power);
        }

        public static float Sin(float angle)
        {
            return (float)System.Math.Sin(angle);
        }

        public static float Cos(float angle)
        {
            return (float)System.Math.Cos(angle);
        }

        public const float PI = (float)System.Math.PI;
    }

    /// <summary>Draws nothing; a test presses a button by its text.</summary>
    public static class GUILayout
    {
        public static string Pressed { get; set; }
        public static List<string> Labels { get; } = new List<string>();

        public static void BeginArea(Rect area)
        {
            Labels.Clear();
        }

        public static void EndArea()
        {
        }

        public static void Label(string text)
        {
            Labels.Add(text);
        }

        public static bool Button(string text)
        {
            bool pressed = Pressed == text;
            Pressed = pressed ? null : Pressed;
            return pressed;
        }

        public static string TextField(string text)
        {
            return text;
        }

        public static bool Toggle(bool value, string text)
        {
            bool pressed = Pressed == text;
            Pressed = pressed ? null : Pressed;
            return pressed ? !value : value;
        }
    }
}

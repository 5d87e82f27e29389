// The inspector of a blendshape target: a button that maps its meshes and shows the gaps.
using System.Collections.Generic;
using UnityEditor;
using UnityEngine;

namespace A2FLive.Editor
{
    /// <summary>Below the fields: which of the 52 weights the meshes can show, and which blendshapes nothing moves.</summary>
    [CustomEditor(typeof(BlendshapeTarget))]
    public sealed class BlendshapeTargetEditor : UnityEditor.Editor
    {
        private const string Button = "Map meshes";

        private List<ShapeMap> _maps;

        /// <inheritdoc/>
        public override void OnInspectorGUI()
        {
            DrawDefaultInspector();
            EditorGUILayout.Space();
            if (GUILayout.Button(Button))
            {
                _maps = ((BlendshapeTarget)target).Map();
            }
            if (_maps != null)
            {
                Show(_maps);
            }
        }

        private static void Show(List<ShapeMap> maps)
        {
            if (maps.Count == 0)
            {
                EditorGUILayout.HelpBox("No mesh with blendshapes is on this object or below it.", MessageType.Error);
            }
            for (int i = 0; i < maps.Count; i++)
            {
                EditorGUILayout.HelpBox($"Mesh {i + 1}: {ShapeReport.Found(maps[i])}", MessageType.Info);
                if (maps[i].Unused.Count > 0)
                {
                    EditorGUILayout.HelpBox(ShapeReport.Unused(maps[i]), MessageType.None);
                }
            }
            string gaps = ShapeReport.Gaps(maps);
            if (maps.Count > 0 && gaps.Length > 0)
            {
                EditorGUILayout.HelpBox(gaps, MessageType.Warning);
            }
        }
    }
}

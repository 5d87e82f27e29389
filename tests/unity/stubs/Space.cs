// Places and rotations as Unity has them: left-handed, y up, forward z; Euler angles turn about z, then x, then y.
using System;
using System.Collections.Generic;

namespace UnityEngine
{
    public struct Vector2
    {
        public float x;
        public float y;

        public Vector2(float x, float y)
        {
            this.x = x;
            this.y = y;
        }
    }

    public struct Vector3
    {
        public float x;
        public float y;
        public float z;

        public Vector3(float x, float y, float z)
        {
            this.x = x;
            this.y = y;
            this.z = z;
        }

        public static Vector3 zero { get { return new Vector3(0, 0, 0); } }
        public static Vector3 one { get { return new Vector3(1, 1, 1); } }
        public static Vector3 up { get { return new Vector3(0, 1, 0); } }
        public static Vector3 right { get { return new Vector3(1, 0, 0); } }
        public static Vector3 forward { get { return new Vector3(0, 0, 1); } }

        public float sqrMagnitude
        {
            get { return x * x + y * y + z * z; }
        }

        public static Vector3 operator +(Vector3 a, Vector3 b)
        {
            return new Vector3(a.x + b.x, a.y + b.y, a.z + b.z);
        }

        public static Vector3 operator -(Vector3 a, Vector3 b)
        {
            return new Vector3(a.x - b.x, a.y - b.y, a.z - b.z);
        }

        public static Vector3 operator *(Vector3 a, float b)
        {
            return new Vector3(a.x * b, a.y * b, a.z * b);
        }

        public static Vector3 Scale(Vector3 a, Vector3 b)
        {
            return new Vector3(a.x * b.x, a.y * b.y, a.z * b.z);
        }
    }

    public struct Color
    {
        public float r;
        public float g;
        public float b;

        public Color(float r, float g, float b)
        {
            this.r = r;
            this.g = g;
            this.b = b;
        }
    }

    public struct Rect
    {
        public Rect(float x, float y, float width, float height)
        {
        }
    }

    public struct Quaternion
    {
        private readonly double _x;
        private readonly double _y;
        private readonly double _z;
        private readonly double _w;

        private Quaternion(double x, double y, double z, double w)
        {
            _x = x;
            _y = y;
            _z = z;
            _w = w;
        }

        public static Quaternion identity { get { return new Quaternion(0, 0, 0, 1); } }

        public static Quaternion Euler(float x, float y, float z)
        {
            return About(0, 1, 0, y) * About(1, 0, 0, x) * About(0, 0, 1, z);
        }

        public static Quaternion Inverse(Quaternion q)
        {
            return new Quaternion(-q._x, -q._y, -q._z, q._w);
        }

        public static Quaternion operator *(Quaternion a, Quaternion b)
        {
            return new Quaternion(
                a._w * b._x + a._x * b._w + a._y * b._z - a._z * b._y,
                a._w * b._y - a._x * b._z + a._y * b._w + a._z * b._x,
                a._w * b._z + a._x * b._y - a._y * b._x + a._z * b._w,
                a._w * b._w - a._x * b._x - a._y * b._y - a._z * b._z);
        }

        public static Vector3 operator *(Quaternion q, Vector3 v)
        {
            Quaternion turned = q * new Quaternion(v.x, v.y, v.z, 0) * Inverse(q);
            return new Vector3((float)turned._x, (float)turned._y, (float)turned._z);
        }

        public static bool operator ==(Quaternion a, Quaternion b)
        {
            return Math.Abs(a._x * b._x + a._y * b._y + a._z * b._z + a._w * b._w) > 0.999999;
        }

        public static bool operator !=(Quaternion a, Quaternion b)
        {
            return !(a == b);
        }

        public override bool Equals(object other)
        {
            return other is Quaternion && this == (Quaternion)other;
        }

        public override int GetHashCode()
        {
            return 0;
        }

        private static Quaternion About(double x, double y, double z, double degrees)
        {
            double half = degrees * Math.PI / 360;
            double sine = Math.Sin(half);
            return new Quaternion(x * sine, y * sine, z * sine, Math.Cos(half));
        }
    }

    public sealed class Transform : Component
    {
        private readonly List<Transform> _children = new List<Transform>();
        private Transform _parent;

        public Vector3 localPosition { get; set; }
        public Vector3 localScale { get; set; } = Vector3.one;
        public Quaternion localRotation { get; set; } = Quaternion.identity;

        public Vector3 position
        {
            get { return localPosition; }
            set { localPosition = value; }
        }

        public Transform parent
        {
            get { return _parent; }
            set { SetParent(value, true); }
        }

        public Quaternion rotation
        {
            get { return _parent == null ? localRotation : _parent.rotation * localRotation; }
            set { localRotation = _parent == null ? value : Quaternion.Inverse(_parent.rotation) * value; }
        }

        public void SetParent(Transform other, bool worldPositionStays)
        {
            _parent?._children.Remove(this);
            _parent = other;
            other?._children.Add(this);
        }

        public void LookAt(Vector3 place)
        {
        }

        internal IEnumerable<Transform> Below()
        {
            yield return this;
            foreach (Transform child in _children)
            {
                foreach (Transform below in child.Below())
                {
                    yield return below;
                }
            }
        }
    }
}

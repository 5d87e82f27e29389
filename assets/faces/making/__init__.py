"""From a public-domain body to a talking head: shape, morphs, paint, hair, glTF. One subject a file."""

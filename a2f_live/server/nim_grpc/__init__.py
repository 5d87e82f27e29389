"""The front door for clients of the Audio2Face-3D NIM: its gRPC services, answered by an engine of ours."""

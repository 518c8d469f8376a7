using Microsoft.Win32.SafeHandles;

namespace AgentSandbox.Kernel;

/// <summary>A directory for an overlay.</summary>
/// <param name="Root">The root of the mount that it is seen through.</param>
/// <param name="Path">Its path from there: no links, no characters with a meaning in options.</param>
public readonly record struct OverlayPart(SafeFileHandle Root, string Path);

using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

// Every import is blittable: what crosses the ABI is exactly what is written.
[assembly: DisableRuntimeMarshalling]

// Our own library lies beside the assembly; a system library (by its soname) is still found by the loader.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]

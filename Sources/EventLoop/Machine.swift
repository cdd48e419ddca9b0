internal import CLibuv
internal import CPlatform

/// What the system grants this process.
public enum Machine {
    /// To how many open descriptors a process may raise its limit; `nil` is unlimited.
    public static var descriptorLimit: Int? { Int(exactly: platform_descriptor_limit()) }

    /// Processes and threads that this process's user may have at once; `nil` is unlimited. It does not hold for root.
    public static var processLimit: Int? { Int(exactly: platform_process_limit()) }

    /// Cores that this process may run on.
    public static var coreCount: Int { Int(platform_core_count()) }

    /// The version of libuv that this process runs with, such as `1.44.2`.
    public static var libuvVersion: String { String(cString: uv_version_string()) }
}

internal import CPlatform
internal import Glibc

extension Processes {
    /// This process's environment, each `NAME=VALUE`.
    public static var environment: [String] {
        var variables: [String] = []
        var place = environ
        while let variable = place.pointee {
            variables.append(String(cString: variable))
            place += 1
        }
        return variables
    }

    /// Ends this process at once.
    public static func exit(status: CInt) -> Never { _exit(status) }

    public static func isExecutable(_ path: String) -> Bool { platform_is_executable(path) }
}

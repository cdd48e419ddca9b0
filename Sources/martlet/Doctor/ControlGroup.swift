/// Limits of the control group that this process is in, such as Docker's and systemd's.
///
/// Source: cgroups(7); the kernel's cgroup-v2.rst.
enum ControlGroup {
    private static let root = "/sys/fs/cgroup"

    /// The lowest limit of this group and those above it; nil when there is none, or none can be read.
    ///
    /// - Parameter older: The file's name in version 1, if it is another.
    static func limit(_ controller: String, _ file: String, inVersion1 older: String? = nil) -> Int? {
        let limits = folders(controller, SystemFile.lines("/proc/self/cgroup")).flatMap { folder in
            [file, older ?? file].compactMap { value("\(folder)/\($0)") }
        }
        // Version 1 says that there is no limit by a number near the highest one.
        return limits.min().flatMap { $0 < Int.max / 2 ? $0 : nil }
    }

    /// Where the group's limits and those above it are: `0::PATH` is version 2's line, `N:CONTROLLERS:PATH` version 1's.
    static func folders(_ controller: String, _ lines: [Substring]) -> [String] {
        lines.flatMap { line -> [String] in
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { return [] }
            if fields[1].isEmpty { return andAbove(fields[2], in: root) }
            guard fields[1].split(separator: ",").contains(Substring(controller)) else { return [] }
            return andAbove(fields[2], in: "\(root)/\(fields[1])")
        }
    }

    private static func andAbove(_ path: Substring, in root: String) -> [String] {
        var folders = [root]
        for name in path.split(separator: "/") { folders.append("\(folders[folders.count - 1])/\(name)") }
        return folders
    }

    private static func value(_ path: String) -> Int? {
        SystemFile.lines(path).first.flatMap { Int($0) }
    }
}

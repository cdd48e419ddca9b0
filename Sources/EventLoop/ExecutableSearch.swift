internal import CPlatform

extension SpawnRequest {
    /// The path to execute.
    func executablePath() throws(SpawnError) -> String {
        if executable.contains("/") { return executable }
        let candidates = searchPath.split(separator: ":", omittingEmptySubsequences: false).map { entry in
            // An empty entry means the working folder, as for a shell.
            entry.isEmpty ? "./\(executable)" : "\(entry)/\(executable)"
        }
        let found = candidates.first { platform_is_executable(fromHere($0)) }
        guard !executable.isEmpty, let found else {
            throw .notFound(executable: executable, searchPath: searchPath)
        }
        return found
    }

    /// PATH of the child's environment; without one, what the C library takes.
    private var searchPath: String {
        let entry = environment.first { $0.hasPrefix("PATH=") }
        return entry.map { String($0.dropFirst("PATH=".count)) } ?? "/bin:/usr/bin"
    }

    /// A path as the child will see it, from its folder, seen from ours.
    private func fromHere(_ path: String) -> String {
        guard let folder, !path.hasPrefix("/") else { return path }
        return "\(folder)/\(path)"
    }
}

/// Which archives can be unpacked, told by the ends of their names as Hadoop's FSDownload does.
enum ArchiveName {
    private static let known = [".zip", ".jar", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tar.zst"]

    static var endings: String { known.joined(separator: ", ") }

    static func check(_ path: String) throws(StreamingError) {
        guard known.contains(where: { path.lowercased().hasSuffix($0) }) else {
            throw StreamingError("\(path) is no archive that can be unpacked: its name must end with one of \(endings)")
        }
    }
}

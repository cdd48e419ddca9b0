internal import Glibc

/// The folder that an archive is unpacked into. Nothing is made outside of it, whatever the archive says.
///
/// Names with `..` in them are refused, and so is what lies behind a link: whoever made such an archive means no good.
struct ArchiveFolder {
    private let root: String
    /// For errors.
    let archive: String
    private let entryLimit: Int
    private var entryCount = 0

    /// Makes the folder, which must not be there.
    init(_ root: String, archive: String, entryLimit: Int) throws(FileSystemError) {
        self.root = root
        self.entryLimit = entryLimit
        self.archive = archive
        guard mkdir(root, 0o777) == 0 else { throw .system("cannot make the folder", root) }
    }

    mutating func addFolder(_ name: [UInt8]) throws(FileSystemError) {
        let parts = try parts(of: name)
        try makeFolders(parts, for: name)
    }

    /// What has the name already is replaced.
    mutating func addFile(_ name: [UInt8], isExecutable: Bool) throws(FileSystemError) -> FileWriter {
        try FileWriter(try newPath(name), isExecutable: isExecutable)
    }

    /// - Parameter target: Relative and within the folder: `..` may stand at its beginning, where what it leads out of are
    ///   folders and no links.
    mutating func addLink(_ name: [UInt8], to target: [UInt8]) throws(FileSystemError) {
        let path = try newPath(name)
        let steps = target.split(separator: Self.slash).filter { $0 != [Self.dot] }
        let up = steps.prefix { Self.isUp($0) }.count
        guard target.first != Self.slash, !target.contains(0), up < (try parts(of: name)).count,
            !steps.dropFirst(up).contains(where: { Self.isUp($0) })
        else { throw refusal("the link '\(Self.text(name))' to '\(Self.text(target))' leads out of its folder") }
        try LocalFileSystem.link(path, to: Self.text(target))
    }

    /// A second name for a file that came before.
    mutating func addHardLink(_ name: [UInt8], to target: [UInt8]) throws(FileSystemError) {
        let old = try parts(of: target)
        try makeFolders(old.dropLast(), for: target)
        let path = try newPath(name)
        guard Self.kind(self.path(old)) == S_IFREG, Glibc.link(self.path(old), path) == 0 else {
            throw refusal("'\(Self.text(name))' is another name for '\(Self.text(target))', which is no file in it")
        }
    }

    func refusal(_ what: String) -> FileSystemError {
        FileSystemError(.invalid, "\(archive) cannot be unpacked: \(what)")
    }

    // MARK: - Paths

    private mutating func newPath(_ name: [UInt8]) throws(FileSystemError) -> String {
        let parts = try parts(of: name)
        guard !parts.isEmpty else { throw refusal("an entry has no name") }
        try makeFolders(parts.dropLast(), for: name)
        try LocalFileSystem.remove(path(parts))
        return path(parts)
    }

    private func path(_ parts: some Collection<String>) -> String { ([root] + parts).joined(separator: "/") }

    /// Makes those that are not there. One by one, since a link among them leads somewhere else.
    private mutating func makeFolders(_ parts: some Collection<String>, for name: [UInt8]) throws(FileSystemError) {
        try count()
        var path = root
        for part in parts {
            path += "/\(part)"
            if mkdir(path, 0o777) == 0 {
                try count()
                continue
            }
            guard errno == EEXIST else { throw .system("cannot make the folder", path) }
            guard Self.kind(path) == S_IFDIR else {
                throw refusal("'\(Self.text(name))' lies behind a link or a file of the archive")
            }
        }
    }

    private mutating func count() throws(FileSystemError) {
        entryCount += 1
        guard entryCount <= entryLimit else { throw refusal("it has more than \(entryLimit) entries") }
    }

    /// A slash at the beginning counts for nothing, as with `tar` and Hadoop.
    private func parts(of name: [UInt8]) throws(FileSystemError) -> [String] {
        guard !name.contains(0), let text = String(validating: name, as: UTF8.self) else {
            throw refusal("the name '\(Self.text(name))' is not UTF-8")
        }
        let parts = text.split(separator: "/").filter { $0 != "." }.map(String.init)
        guard !parts.contains("..") else { throw refusal("the entry '\(text)' leads out of its folder") }
        return parts
    }

    private static let slash = UInt8(ascii: "/")
    private static let dot = UInt8(ascii: ".")

    private static func isUp(_ part: ArraySlice<UInt8>) -> Bool { part == [dot, dot] }

    private static func text(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }

    /// Of what is there itself, links not followed.
    private static func kind(_ path: String) -> mode_t {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }
}

import FileSystems
import Glibc

/// A folder for one test, gone when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/file-systems-tests-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let path = String(validating: template.dropLast(), as: UTF8.self) else {
            throw FileSystemError(.invalid, "cannot make a folder in \(base)")
        }
        self.path = path
    }

    deinit { try? LocalFileSystem.remove(path) }

    var uri: String { "file://\(path)" }

    /// Makes a file, and the folders that lead to it.
    @discardableResult
    func write(_ name: String, _ content: [UInt8]) throws -> String {
        let uri = FileURI(path: "\(path)/\(name)")
        try LocalFileSystem.makeFolder(uri.parent.path)
        let writer = try FileWriter(uri.path)
        try writer.write(content.span)
        try writer.close()
        return uri.path
    }

    @discardableResult
    func write(_ name: String, _ content: String = "") throws -> String { try write(name, Array(content.utf8)) }

    func read(_ name: String) throws -> String {
        String(decoding: try FileReader.readAll("\(path)/\(name)", limit: 1 << 20), as: UTF8.self)
    }
}

/// What an operation of a file system throws.
func failure(_ body: () throws -> Void) -> FileSystemError? {
    do {
        try body()
        return nil
    } catch {
        return error as? FileSystemError
    }
}

internal import FileSystems

/// What a job has made that is small: a name and a number a line.
public struct ExampleOutput {
    /// Bytes of a part, at most.
    private static let limit = 1 << 20

    private let folder: FileURI

    /// - Parameter uri: Of the job's output.
    public init(_ uri: String) throws { folder = try FileURI(parsing: uri) }

    /// In the order of the parts.
    func numbers() throws -> [(name: String, number: Int)] {
        let parts = try LocalFileSystem.list(folder.path).filter { $0.hasPrefix("part-") }
        return try parts.flatMap { part -> [(name: String, number: Int)] in
            let bytes = try FileReader.readAll("\(folder.path)/\(part)", limit: Self.limit)
            return String(decoding: bytes, as: UTF8.self).split(separator: "\n").compactMap(Self.number)
        }
    }

    private static func number(_ line: Substring) -> (name: String, number: Int)? {
        let fields = line.split(separator: "\t")
        guard fields.count == 2, let number = Int(fields[1]) else { return nil }
        return (String(fields[0]), number)
    }

    public func remove() throws { try LocalFileSystem.remove(folder.path) }
}

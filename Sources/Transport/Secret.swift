internal import Glibc

/// What the processes of one cluster know and others do not.
public enum Secret {
    /// Bytes of a secret that is made.
    static let byteCount = 32
    static let byteLimit = 4096

    public struct Problem: Error, Hashable, Sendable, CustomStringConvertible {
        public let description: String
    }

    /// The secret in the file, or else in the environment variable MARTLET_SECRET; empty when neither is given.
    public static func load(file: String?) throws(Problem) -> [UInt8] {
        if let file { return try read(file) }
        guard let value = getenv("MARTLET_SECRET") else { return [] }
        return Array(String(cString: value).utf8)
    }

    /// A file that others can read holds no secret, and is refused.
    private static func read(_ path: String) throws(Problem) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw problem("cannot open the secret file \(path)") }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw problem("cannot examine the secret file \(path)") }
        guard status.st_mode & 0o077 == 0 else {
            throw Problem(description: "others can read the secret file \(path): run 'chmod 600 \(path)'")
        }
        var bytes = [UInt8](repeating: 0, count: byteLimit + 1)
        let count = Glibc.read(descriptor, &bytes, bytes.count)
        guard count >= 0 else { throw problem("cannot read the secret file \(path)") }
        guard (1...byteLimit).contains(count) else {
            throw Problem(description: "the secret file \(path) is empty or over \(byteLimit) bytes")
        }
        return Array(bytes[..<count])
    }

    /// Makes a file with a new secret, readable by its owner only; the file must not exist.
    public static func make(file path: String) throws(Problem) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw problem("cannot make the secret file \(path)") }
        defer { close(descriptor) }
        var generator = SystemRandomNumberGenerator()
        let digits = Array("0123456789abcdef".utf8)
        let secret = (0..<2 * byteCount).map { _ in digits.randomElement(using: &generator)! }
        guard write(descriptor, secret, secret.count) == secret.count else {
            throw problem("cannot write the secret file \(path)")
        }
    }

    private static func problem(_ what: String) -> Problem {
        Problem(description: "\(what): \(String(cString: strerror(errno)))")
    }
}

internal import FoundationEssentials
internal import Glibc

/// What a command writes.
enum Output {
    static var isTerminal: Bool { isatty(1) != 0 }
    /// Whether a line can be written over. There is no colour anywhere, so that NO_COLOR changes nothing.
    static var movesCursor: Bool { isTerminal && getenv("TERM").map { String(cString: $0) } ?? "dumb" != "dumb" }

    /// At once: a line that matters must not wait in a buffer when the process is killed.
    static func line(_ text: String) { write(text + "\n", to: 1) }

    static func error(_ text: String) { write(text + "\n", to: 2) }

    /// A question, behind which the answer is written.
    static func prompt(_ text: String) { write(text, to: 2) }

    static func text(_ text: String) { write(text, to: 1) }

    static func bytes(_ bytes: [UInt8]) { write(bytes, to: 1) }

    static func json(_ value: some Encodable, pretty: Bool = true) throws {
        write(try encoded(value, pretty: pretty), to: 1)
    }

    /// One line of JSON, for output that is gathered.
    static func jsonLine(_ value: some Encodable) -> String {
        String(decoding: (try? encoded(value, pretty: false)) ?? [], as: UTF8.self)
    }

    private static func encoded(_ value: some Encodable, pretty: Bool) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value)) + [UInt8(ascii: "\n")]
    }

    /// What could not be printed was not done. Whoever reads no further, as `head` does, needs no word about it.
    private static func fail(_ code: Int32, _ descriptor: CInt) -> Never {
        if code != EPIPE && descriptor != 2 {
            error("martlet: cannot write the output: \(String(cString: strerror(code)))")
        }
        Glibc.exit(1)
    }

    private static func write(_ text: String, to descriptor: CInt) { write(Array(text.utf8), to: descriptor) }

    private static func write(_ bytes: [UInt8], to descriptor: CInt) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, rest.count) }
            if count < 0 && errno != EINTR { fail(errno, descriptor) }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

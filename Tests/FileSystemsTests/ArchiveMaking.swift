/// Archives made by hand, also such as no program makes.
enum Tar {
    /// An entry as ustar has it.
    static func entry(
        _ name: String, _ content: String = "", kind: Character = "0", link: String = "", mode: String = "0000644",
        size: Int? = nil
    ) -> [UInt8] {
        var block = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at place: Int) {
            block.replaceSubrange(place..<place + text.utf8.count, with: text.utf8)
        }
        put(name, at: 0)
        put(mode, at: 100)
        let digits = String(size ?? content.utf8.count, radix: 8)
        put(String(repeating: "0", count: 11 - digits.count) + digits, at: 124)
        put(String(kind), at: 156)
        put(link, at: 157)
        put("ustar", at: 257)
        put("00", at: 263)
        put("        ", at: 148)
        let sum = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
        put(String(repeating: "0", count: 6 - sum.count) + sum + "\0 ", at: 148)
        let padding = (512 - content.utf8.count % 512) % 512
        return block + Array(content.utf8) + [UInt8](repeating: 0, count: padding)
    }

    /// A line of pax's attributes, with its own length before it.
    static func attribute(_ key: String, _ value: String) -> String {
        let rest = " \(key)=\(value)\n"
        var length = rest.utf8.count
        while "\(length)\(rest)".utf8.count != length { length = "\(length)\(rest)".utf8.count }
        return "\(length)\(rest)"
    }

    static let end = [UInt8](repeating: 0, count: 1024)
}

enum Zip {
    struct Entry {
        var name: String
        var content = ""
        /// Unix's.
        var mode = 0o100644
        var flags = 0
        var method = 0
        /// What the directory says, when it lies.
        var size: Int?
    }

    /// Entries as they are, not compressed.
    static func archive(_ entries: [Entry]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let (name, content) = (Array(entry.name.utf8), Array(entry.content.utf8))
            let common =
                little(20, 2) + little(entry.flags, 2) + little(entry.method, 2) + little(0, 4)
                + little(sum(content), 4)
                + little(content.count, 4) + little(entry.size ?? content.count, 4) + little(name.count, 2)
            directory += little(0x0201_4b50, 4) + little(0x0314, 2) + common
            directory += little(0, 8) + little(entry.mode << 16, 4) + little(bytes.count, 4) + name
            bytes += little(0x0403_4b50, 4) + common + little(0, 2) + name + content
        }
        let end =
            little(0x0605_4b50, 4) + little(0, 4) + little(entries.count, 2) + little(entries.count, 2)
            + little(directory.count, 4) + little(bytes.count, 4) + little(0, 2)
        return bytes + directory + end
    }

    private static func little(_ number: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    /// CRC-32, bit by bit.
    private static func sum(_ bytes: [UInt8]) -> Int {
        var sum: UInt32 = ~0
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xedb8_8320 : sum >> 1 }
        }
        return Int(~sum)
    }
}

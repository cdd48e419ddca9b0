/// The paths of one `-input`, as Hadoop reads them (FileInputFormat.getPathStrings).
enum InputPaths {
    /// Commas part paths, except in the braces of a pattern.
    static func split(_ text: String) -> [String] {
        var paths: [[UInt8]] = [[]]
        var depth = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: ",") where depth == 0:
                paths.append([])
                continue
            case UInt8(ascii: "{"): depth += 1
            case UInt8(ascii: "}"): depth = max(0, depth - 1)
            default: break
            }
            paths[paths.count - 1].append(byte)
        }
        return paths.map { String(decoding: $0, as: UTF8.self) }
    }
}

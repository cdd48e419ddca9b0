/// The names of a job's further outputs, as Hadoop's MultipleOutputs checks them.
enum NamedOutputs {
    static let limit = 100
    /// Bytes of a name.
    static let lengthLimit = 100

    /// - Parameter text: Names parted by commas; empty for none.
    static func names(_ text: String) throws(StreamingError) -> [String] {
        if text.isEmpty { return [] }
        let names = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        for (index, name) in names.enumerated() {
            if let problem = problem(name) { throw refusal("the name '\(name)' \(problem)") }
            if names[..<index].contains(name) { throw refusal("the name '\(name)' is there twice") }
            if index == limit { throw refusal("there are more than \(limit) names") }
        }
        return names
    }

    private static func problem(_ name: String) -> String? {
        if name.isEmpty { return "is empty" }
        if name == "part" { return "is that of the job's own output" }
        if name.utf8.count > lengthLimit { return "is longer than \(lengthLimit) bytes" }
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: false
            }
        }
        return isPlain ? nil : "has other characters than letters and digits"
    }

    private static func refusal(_ reason: String) -> StreamingError {
        StreamingError("\(Property.namedOutputs.name): \(reason)")
    }
}

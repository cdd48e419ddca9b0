/// The environment of a streaming program, as Hadoop makes it (PipeMapRed.addJobConfToEnvironment).
public enum TaskEnvironment {
    /// What a program inherits from its node beside what the job gives it.
    static let inherited = ["HOME", "LANG", "LC_ALL", "LOGNAME", "PATH", "TZ", "USER"]

    /// `NAME=value` sorted by name; of a name the last value counts, the command line's (`-cmdenv`) before properties.
    public static func variables(properties: [(name: String, value: String)], commandLine: [String]) -> [String] {
        merge(properties.map { "\(variableName($0.name))=\($0.value)" } + commandLine)
    }

    /// The environment of one attempt: what the node has, then what the job gives, then what is known of the attempt.
    public static func complete(
        node: [String], job: [String], attempt: [(name: String, value: String)], temporaryFolder: String
    ) -> [String] {
        let kept = node.filter { variable in inherited.contains { variable.hasPrefix("\($0)=") } }
        let known = attempt.map { "\(variableName($0.name))=\($0.value)" }
        return merge(kept + ["TMPDIR=\(temporaryFolder)"] + known + job)
    }

    /// Every character that is no letter or digit becomes `_`, in Java's characters of 16 bits
    /// (PipeMapRed.safeEnvVarName).
    static func variableName(_ property: String) -> String {
        let safe = property.utf16.map { unit -> UInt8 in
            switch UInt8(exactly: unit) {
            case .some(let byte) where isLetterOrDigit(byte): byte
            default: UInt8(ascii: "_")
            }
        }
        return String(decoding: safe, as: UTF8.self)
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    private static func merge(_ variables: [String]) -> [String] {
        var values: [Substring: String] = [:]
        for variable in variables { values[variable.prefix { $0 != "=" }] = variable }
        return values.sorted { $0.key < $1.key }.map(\.value)
    }
}

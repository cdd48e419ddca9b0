internal import ClusterModel

/// Hadoop's input formats that there are: how a job's input is cut into splits, and what keys its lines have.
public enum InputFormat: String, CaseIterable, Sendable {
    case text = "TextInputFormat"
    case keyValueText = "KeyValueTextInputFormat"
    case nLine = "NLineInputFormat"
    case combineText = "CombineTextInputFormat"
    case sequenceFile = "SequenceFileInputFormat"
    case sequenceFileAsText = "SequenceFileAsTextInputFormat"

    /// For texts.
    static var list: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// As in Hadoop's older API, which streaming uses.
    var className: String {
        switch self {
        case .text, .keyValueText, .sequenceFile, .sequenceFileAsText: "org.apache.hadoop.mapred.\(rawValue)"
        case .nLine, .combineText: "org.apache.hadoop.mapred.lib.\(rawValue)"
        }
    }

    /// What the files of such input hold.
    var files: InputFiles {
        switch self {
        case .text, .keyValueText, .nLine, .combineText: .text
        case .sequenceFile: .sequence
        case .sequenceFileAsText: .sequenceAsText
        }
    }

    /// - Parameter className: With its package in either of Hadoop's APIs, or without.
    init(className: String) throws(StreamingError) {
        let name = JavaClass.name(
            of: className,
            in: ["org.apache.hadoop.mapred", "org.apache.hadoop.mapred.lib", "org.apache.hadoop.mapreduce.lib.input"])
        guard let name, let format = Self(rawValue: name) else {
            throw StreamingError("there is no input format '\(className)', only \(Self.list)")
        }
        self = format
    }
}

enum JavaClass {
    /// The name without its package; nil when it is in another package than these.
    static func name(of className: String, in packages: [String]) -> String? {
        guard let dot = className.lastIndex(of: ".") else { return className }
        guard packages.contains(String(className[..<dot])) else { return nil }
        return String(className[className.index(after: dot)...])
    }
}

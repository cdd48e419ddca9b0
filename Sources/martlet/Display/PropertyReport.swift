internal import MapReduce

/// What `stream --properties` prints.
struct PropertyReport: Encodable {
    struct Entry: Encodable {
        let name: String
        /// In older versions of Hadoop; empty when it has none.
        let oldName: String
        let `default`: String
        let meaning: String
    }

    let properties = Property.all.map {
        Entry(name: $0.name, oldName: $0.oldName, default: $0.standard, meaning: $0.meaning)
    }.sorted { $0.name < $1.name }
    let ignored = Property.ignored
    let refused = Property.refused

    /// For people.
    var text: String {
        let entries = Property.all.sorted { $0.name < $1.name }.map { property in
            let old = property.oldName.isEmpty ? "" : "\n    older name: \(property.oldName)"
            return "  \(property.name)=\(property.shownStandard)\n    \(property.meaning)\(old)\n"
        }
        return """
            Heeded, with their defaults:
            \(entries.joined())
            Accepted and ignored, since they change only how a job runs on Hadoop:
            \(Self.lines(ignored))
            Refused, since they would change the result and are not heeded yet:
            \(Self.lines(refused))
            Any other property goes into the programs' environment, as all of these do, with _ for . and -.

            """
    }

    private static func lines(_ names: [String]) -> String { names.map { "  \($0)\n" }.joined() }
}

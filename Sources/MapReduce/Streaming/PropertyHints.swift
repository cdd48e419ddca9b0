internal import ClusterModel

/// Words about properties that are probably misspelled. They are no mistakes: a program may read any property.
public enum PropertyHints {
    /// Changes that make a name another: with more of them it is probably meant as it is.
    private static let distanceLimit = 2
    /// Bytes of a name that is looked at.
    private static let lengthLimit = 200

    public static func hints(for arguments: StreamingArguments) -> [String] {
        var seen: Set<String> = []
        return arguments.properties.map(\.name).filter { seen.insert($0).inserted }.compactMap(hint)
    }

    private static func hint(for name: String) -> String? {
        guard !known.contains(name), name.utf8.count <= lengthLimit else { return nil }
        let nearest = known.map { (name: $0, distance: distance(name, $0)) }.min { $0.distance < $1.distance }
        guard let nearest, nearest.distance <= distanceLimit else { return nil }
        return "the property '\(name)' goes into the programs' environment only: did you mean \(nearest.name)?"
    }

    /// Capitals are the likeliest mistake.
    private static func distance(_ name: String, _ other: String) -> Int {
        editDistance(name.lowercased(), other.lowercased())
    }

    /// Sorted, so that of several that are as near the same is named each time.
    private static let known =
        (Property.all.flatMap { [$0.name, $0.oldName] }.filter { !$0.isEmpty } + Property.refused + Property.ignored)
        .sorted()
}

public import Records

/// A mapper, combiner or reducer that runs inside the container, without a program of the user's: `builtin:NAME`, or the
/// class of Hadoop's that it stands for.
public enum BuiltInStep: String, CaseIterable, Sendable {
    /// As the program `cat` would do.
    case cat
    /// Reads nothing and writes nothing.
    case none
    case aggregate
    case identityMapper = "IdentityMapper"
    case identityReducer = "IdentityReducer"
    case inverseMapper = "InverseMapper"
    case tokenCountMapper = "TokenCountMapper"
    case regexMapper = "RegexMapper"
    case longSumReducer = "LongSumReducer"
    case fieldSelection = "FieldSelectionMapReduce"

    static let prefix = "builtin:"
    private static let package = "org.apache.hadoop.mapred.lib."

    /// The step that the words of a command name; nil when they are a program's.
    public init?(command: [String]) {
        guard command.count == 1, command[0].hasPrefix(Self.prefix) else { return nil }
        self.init(rawValue: String(command[0].dropFirst(Self.prefix.count)))
    }

    /// The words of a command.
    var command: [String] { [Self.prefix + rawValue] }

    /// The step that a command's text names.
    init?(text: String, _ role: StepRole) {
        let found = Self.allCases.first { step in
            step.roles.contains(role) && (text == Self.prefix + step.rawValue || step.classNames(role).contains(text))
        }
        guard let found else { return nil }
        self = found
    }

    /// Every way to name a step of the role.
    static func names(_ role: StepRole) -> [String] {
        allCases.filter { $0.roles.contains(role) }.flatMap { [prefix + $0.rawValue] + $0.classNames(role) }
    }

    private func classNames(_ role: StepRole) -> [String] {
        switch self {
        case .cat, .none: []
        case .aggregate: [Self.package + "aggregate.ValueAggregator\(role == .reducer ? "Reducer" : "Combiner")"]
        default: [rawValue, Self.package + rawValue]
        }
    }

    private var roles: [StepRole] {
        switch self {
        case .cat, .fieldSelection: [.mapper, .combiner, .reducer]
        case .none, .identityMapper, .inverseMapper, .tokenCountMapper, .regexMapper: [.mapper]
        case .aggregate, .identityReducer, .longSumReducer: [.combiner, .reducer]
        }
    }

    /// What it does with records; nil for ``none``, which does nothing.
    ///
    /// - Throws: ``StreamingError`` when the rules lack what it needs.
    public func transform(_ role: StepRole, _ rules: RecordRules) throws(StreamingError) -> (any RecordTransform)? {
        switch self {
        case .none: nil
        case .cat where role == .mapper && rules.mapInputSeparator == nil: LineTransform(rules.mapOutput)
        case .cat where role == .mapper:
            JoinTransform(separator: rules.mapInputSeparator ?? [], rules.mapOutput)
        case .cat: JoinTransform(separator: rules.reduceInputSeparator, rules.reduceOutput)
        case .aggregate: AggregateTransform(isCombiner: role == .combiner, uniqueLimit: rules.uniqueValueLimit)
        case .identityMapper, .identityReducer: IdentityTransform()
        case .inverseMapper: InverseTransform()
        case .tokenCountMapper: TokenCountTransform()
        case .regexMapper: try RegexTransform(rules.regex, group: rules.regexGroup)
        case .longSumReducer: LongSumTransform()
        case .fieldSelection where role == .mapper: FieldSelectionMapTransform(rules.mapSelection)
        case .fieldSelection:
            FieldSelectionReduceTransform(rules.reduceSelection, separator: rules.selectionSeparator)
        }
    }
}

/// What a command does in a job; its text stands in messages.
public enum StepRole: String, Sendable { case mapper, combiner, reducer }

public import ClusterModel

extension NodeFault: WireMessage {
    public init() { self = .thaw }

    public mutating func code<C: FieldCoder>(_ coder: inout C) throws(WireError) {
        var (kind, direction): (UInt8, CutDirection) =
            switch self {
            case .freeze: (1, .both)
            case .thaw: (2, .both)
            case .cut(let direction): (3, direction)
            case .heal: (4, .both)
            }
        try coder.field(1, &kind)
        try coder.field(2, &direction)
        switch kind {
        case 1: self = .freeze
        case 2: self = .thaw
        case 3: self = .cut(direction)
        case 4: self = .heal
        default: throw .unknownCase(kind)
        }
    }
}

extension FieldCoder {
    /// nil is 0, and not written; a direction is one higher than its raw value.
    mutating func field(_ tag: Int, _ value: inout CutDirection?) throws(WireError) {
        var number = value.map { $0.rawValue + 1 } ?? 0
        try field(tag, &number)
        guard number <= CutDirection.allCases.count else { throw .unknownCase(number) }
        value = number == 0 ? nil : CutDirection(rawValue: number - 1)
    }
}

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

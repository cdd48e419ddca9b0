public import Records

/// A mapper in Swift at work, whatever its type: it is called once for a piece of many records.
public enum MapWork {
    case folding(any FoldingWork)
    case records(any RecordWork)
    /// It reads nothing: a split of its says which rows it is to make.
    case generating(any GeneratingWork)
}

public protocol RecordWork: AnyObject {
    func begin(_ split: SplitName)
    /// - Parameter records: Whole ones.
    func take(_ records: Span<UInt8>, into sink: any RecordSink) throws
    func finish(into sink: any RecordSink) throws
}

extension RecordWork {
    public func begin(_ split: SplitName) {}
    public func finish(into sink: any RecordSink) throws {}
}

/// What a mapper may want to know of its split.
public struct SplitName: Sendable {
    public let uri: String

    public init(uri: String) { self.uri = uri }
}

public protocol FoldingWork: AnyObject {
    /// - Parameter records: Whole ones.
    func take(_ records: Span<UInt8>) throws
    func withTable<Result>(_ body: (inout FoldTable) throws -> Result) rethrows -> Result
}

public protocol GeneratingWork: AnyObject {
    func generate(_ rows: Range<Int>, into sink: any RecordSink) throws
}

final class MapperWork<Task: Mapper>: RecordWork {
    private var mapper: Task
    private let shape: RecordShape

    init(_ mapper: Task, _ shape: RecordShape) { (self.mapper, self.shape) = (mapper, shape) }

    func take(_ records: Span<UInt8>, into sink: any RecordSink) throws {
        try mapper.map(batch: records, shape, into: sink)
    }
}

final class FoldingMapperWork<Task: FoldingMapper>: FoldingWork {
    private var mapper: Task
    private let shape: RecordShape
    private var table: FoldTable

    init(_ mapper: Task, _ shape: RecordShape, _ fold: Fold) {
        (self.mapper, self.shape) = (mapper, shape)
        table = FoldTable(fold)
    }

    func take(_ records: Span<UInt8>) throws { try mapper.map(batch: records, shape, into: &table) }

    func withTable<Result>(_ body: (inout FoldTable) throws -> Result) rethrows -> Result { try body(&table) }
}

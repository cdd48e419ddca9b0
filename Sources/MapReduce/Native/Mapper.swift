public import Records

/// A mapper in Swift whose records are numbers by key that are made one, such as counts: they are added up as they come.
///
/// Written for one type, it is compiled together with what calls it: nothing is allocated, and no closure called, for a
/// record.
public protocol FoldingMapper {
    /// - Parameter record: Such as a line without its end.
    mutating func map(_ record: Span<UInt8>, into table: inout FoldTable) throws
    /// - Parameter records: Whole ones, many of them.
    mutating func map(batch records: Span<UInt8>, _ shape: RecordShape, into table: inout FoldTable) throws
}

extension FoldingMapper {
    @inlinable
    public mutating func map(batch records: Span<UInt8>, _ shape: RecordShape, into table: inout FoldTable) throws {
        try shape.forEach(in: records) { try map($0, into: &table) }
    }
}

/// A mapper in Swift that writes records of bytes.
public protocol Mapper {
    /// - Parameter record: Such as a line without its end.
    mutating func map(_ record: Span<UInt8>, into sink: any RecordSink) throws
    /// - Parameter records: Whole ones, many of them.
    mutating func map(batch records: Span<UInt8>, _ shape: RecordShape, into sink: any RecordSink) throws
}

extension Mapper {
    @inlinable
    public mutating func map(batch records: Span<UInt8>, _ shape: RecordShape, into sink: any RecordSink) throws {
        try shape.forEach(in: records) { try map($0, into: sink) }
    }
}

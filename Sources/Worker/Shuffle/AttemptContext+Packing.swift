internal import ClusterModel
internal import FileSystems
internal import Records
internal import Wire

extension AttemptContext {
    /// How what goes from maps to reducers is compressed; nil when it is not.
    func packing() throws -> BlockFormat? {
        let name = task.job.program.mapOutputCompression
        if name.isEmpty { return nil }
        guard let format = BlockFormat(rawValue: name) else {
            throw FileSystemError(.invalid, "map output cannot be compressed as '\(name)' on this node")
        }
        return format
    }

    /// Leaves map output where reducers are given it, compressed if the job wants that.
    ///
    /// - Parameter write: Given the path of the file that it is to make.
    func leaveMapOutput(_ write: (String) throws -> Void) throws {
        if let format = try packing() {
            let plain = "\(try makeFolder())/.unpacked"
            try write(plain)
            phases.enter(.spill)
            try MapOutput(plain).pack(format, to: task.mapOutputPath, allowance)
            try LocalFileSystem.remove(plain)
        } else {
            try write(task.mapOutputPath)
        }
        count("MAP_OUTPUT_MATERIALIZED_BYTES", try MapOutput(task.mapOutputPath).byteCount)
    }
}

extension MapOutput {
    /// Bytes of all partitions.
    var byteCount: Int { range(of: partitionCount - 1).upperBound }

    /// Writes the same with each partition compressed by itself.
    func pack(_ format: BlockFormat, to path: String, _ allowance: WriteAllowance) throws {
        let codec = try BlockCodec(format)
        var file = try MapOutputWriter(path, allowance)
        var (block, packed): ([UInt8], [UInt8]) = ([], [])
        for partition in 0..<partitionCount {
            let reader = reader(of: partition)
            while try reader.read(into: &block, limit: BlockCodec.blockLimit) > 0 {
                try codec.pack(block.span, to: &packed)
                try file.write(packed.span)
                block.removeAll(keepingCapacity: true)
                packed.removeAll(keepingCapacity: true)
            }
            file.endPartition()
        }
        _ = try file.close()
    }
}

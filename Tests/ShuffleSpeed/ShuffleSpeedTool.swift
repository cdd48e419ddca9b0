import Worker

/// Measures how fast one stream of the shuffle is, for benches:
///
///     shuffle-speed DIR [--megabytes N] [--runs N]
///
/// Prints JSON: GB/s of each run into memory and onto the disk.
@main struct ShuffleSpeedTool {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        var numbers = ["--megabytes": 1024, "--runs": 5]
        for place in stride(from: 1, to: arguments.count - 1, by: 2) {
            numbers[arguments[place]] = Int(arguments[place + 1])
        }
        let measurement = try ShuffleMeasurement(folder: arguments[0])
        let rounds = max(1, ((numbers["--megabytes"] ?? 0) << 20) / ShuffleMeasurement.byteCount)
        let (memory, disk) = try (speeds(ShuffleMeasurement.byteCount), speeds(0))
        print(#"{"memory": \#(memory), "disk": \#(disk)}"#)

        func speeds(_ memory: Int) throws -> [Double] {
            _ = try measurement.run(memory: memory)
            return try (0..<(numbers["--runs"] ?? 0)).map { _ in
                let seconds = try (0..<rounds).reduce(0) { sum, _ in try sum + measurement.run(memory: memory) }
                return Double(rounds * ShuffleMeasurement.byteCount) / 1e9 / seconds
            }
        }
    }
}

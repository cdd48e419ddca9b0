internal import Records

extension ExampleJob {
    static let pi = ExampleJob(
        name: "pi", usage: "MAPS SAMPLES", meaning: "pi, estimated with so many points of each map",
        step: { _ throws(StreamingError) in NativeStep(.lines) { .generating(PiEstimator()) } },
        makeJob: { arguments in
            let words = try arguments.words(2)
            guard let maps = Int(words[0]), 1...PiEstimator.mapLimit ~= maps else {
                throw StreamingError("'\(words[0])' is no number of maps: write one from 1 to \(PiEstimator.mapLimit)")
            }
            guard let samples = Int(words[1]), 1...PiEstimator.sampleLimit ~= samples else {
                throw StreamingError(
                    "'\(words[1])' is no number of samples: write one from 1 to \(PiEstimator.sampleLimit)")
            }
            let options = arguments.options(
                input: [], output: "QuasiMonteCarlo_\(UInt64.random(in: 1...UInt64.max))", combiner: "LongSumReducer",
                reducer: "LongSumReducer", standards: [(.reduces, "1")])
            return try StreamingJob(
                StreamingArguments(parsing: options), mapper: arguments.mapper(), rows: (maps * samples, parts: maps))
        },
        conclusion: { output in
            let counts = Dictionary(try output.numbers(), uniquingKeysWith: +)
            let (inside, outside) = (counts["true"] ?? 0, counts["false"] ?? 0)
            return "Estimated value of Pi is \(PiEstimator.quotient(4 * inside, inside + outside))"
        }, keepsOutput: false)
}

/// Points of a Halton sequence, and how many of them are inside a circle (Hadoop's QuasiMonteCarlo.QmcMapper).
final class PiEstimator: GeneratingWork {
    static let mapLimit = 100_000
    static let sampleLimit = 1_000_000_000_000

    private let inside = Array("true".utf8)
    private let outside = Array("false".utf8)
    /// A map's points come in pieces of one sequence.
    private var points = HaltonSequence(behind: 0)

    func generate(_ samples: Range<Int>, into sink: any RecordSink) throws {
        if points.index != samples.lowerBound { points = HaltonSequence(behind: samples.lowerBound) }
        var count = 0
        for _ in samples {
            points.advance()
            let (x, y) = (points.x[0] - 0.5, points.x[1] - 0.5)
            if x * x + y * y <= 0.25 { count += 1 }
        }
        try add(inside, count, to: sink)
        try add(outside, samples.count - count, to: sink)
    }

    private func add(_ key: [UInt8], _ count: Int, to sink: any RecordSink) throws {
        let value = Array("\(count)".utf8)
        try sink.add(key.span, value.span, .both)
    }

    /// With twenty decimals, the last one rounded.
    static func quotient(_ number: Int, _ divisor: Int) -> String {
        let scale = (0..<20).reduce(UInt128(1)) { product, _ in product * 10 }
        let (divisor, number) = (UInt128(max(1, divisor)), UInt128(number))
        var (whole, rest) = number.quotientAndRemainder(dividingBy: divisor)
        var decimals: UInt128 = 0
        for _ in 0..<20 {
            rest *= 10
            decimals = decimals * 10 + rest / divisor
            rest %= divisor
        }
        if rest * 2 >= divisor { decimals += 1 }
        if decimals == scale { (whole, decimals) = (whole + 1, 0) }
        let digits = "\(decimals)"
        return "\(whole)." + String(repeating: "0", count: 20 - digits.count) + digits
    }
}

/// Points that fill a square evenly (Hadoop's QuasiMonteCarlo.HaltonSequence): a number's digits to a base, behind the point
/// and the other way round, are a coordinate.
struct HaltonSequence {
    private static let bases = [2, 3]
    private static let digitCounts = [63, 40]

    /// Of the last point.
    private(set) var index: Int
    private(set) var x = [0.0, 0.0]
    private var weights: [[Double]] = []
    private var digits: [[Int]] = []

    init(behind index: Int) {
        self.index = index
        for (place, base) in Self.bases.enumerated() {
            var (rest, weight, weights, digits) = (index, 1.0, [Double](), [Int]())
            for _ in 0..<Self.digitCounts[place] {
                weight /= Double(base)
                weights.append(weight)
                digits.append(rest % base)
                rest /= base
                x[place] += Double(digits[digits.count - 1]) * weight
            }
            self.weights.append(weights)
            self.digits.append(digits)
        }
    }

    mutating func advance() {
        index += 1
        for (place, base) in Self.bases.enumerated() {
            for digit in digits[place].indices {
                digits[place][digit] += 1
                x[place] += weights[place][digit]
                if digits[place][digit] < base { break }
                digits[place][digit] = 0
                x[place] -= digit == 0 ? 1 : weights[place][digit - 1]
            }
        }
    }
}

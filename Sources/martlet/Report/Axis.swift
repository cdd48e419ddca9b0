/// Where a time axis has its marks, at most nine.
struct Axis: Equatable {
    struct Mark: Equatable {
        /// Seconds since the job's submission.
        let at: Double
        let text: String
    }

    let marks: [Mark]

    /// - Parameter length: Seconds, above zero.
    init(length: Double) {
        let step = Self.steps.first { length / $0 <= 8 } ?? length / 8
        marks = (0...Int(length / step)).map { Mark(at: Double($0) * step, text: Self.text(Double($0) * step, step)) }
    }

    /// From a millisecond to a week: what people count in.
    private static let steps: [Double] =
        [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30]
        + [1, 2, 5, 10, 15, 30].map { $0 * 60 } + [1, 2, 3, 6, 12, 24, 48, 168].map { $0 * 3600 }

    private static func text(_ seconds: Double, _ step: Double) -> String {
        if step < 0.1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if step < 60 { return "\(Figure.decimal(seconds, places: 1)) s" }
        return step < 3600 ? "\(Int(seconds / 60)) min" : "\(Int(seconds / 3600)) h"
    }
}

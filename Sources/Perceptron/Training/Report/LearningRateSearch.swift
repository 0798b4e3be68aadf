#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The losses of steps with growing learning rates (Smith 2017, "Cyclical learning rates").
public struct LearningRateSearch: Equatable, Sendable {
    /// The rates, each larger than the one before by the same factor.
    public let rates: [Double]
    /// The loss of each step's batch, before its update.
    public let losses: [Double]

    /// The exponentially smoothed losses, with a factor of 0.9.
    public var smoothedLosses: [Double] {
        var (sum, weight) = (0.0, 0.0)
        return losses.map { loss in
            sum = 0.9 * sum + loss
            weight = 0.9 * weight + 1
            return sum / weight
        }
    }

    /// The rate at which the smoothed loss falls fastest, a good one to start with; nil if it never falls.
    public var suggestion: Double? {
        let losses = smoothedLosses
        guard losses.count > 2 else { return nil }
        let slopes = (1..<losses.count - 1).map { losses[$0 + 1] - losses[$0 - 1] }
        guard let steepest = slopes.indices.min(by: { slopes[$0] < slopes[$1] }), slopes[steepest] < 0 else {
            return nil
        }
        return rates[steepest + 1]
    }

    /// Draws the losses over the rates; a dashed line marks the suggestion.
    public func svg(title: String? = nil) -> String { LearningCurves(self, title: title).document.text }

    /// Writes the drawing of `svg(title:)`.
    /// - Throws: `PerceptronError.fileAccess` if that fails; an old file at `url` is then unchanged.
    public func write(svg url: URL, title: String? = nil) throws(PerceptronError) {
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in try file.write(svg(title: title)) }
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension History {
    /// Draws the learning curves: the losses, and below them the metrics, the gradients' lengths, and the learning rate if it
    /// changes, over the epochs; a dashed line marks the kept epoch.
    ///
    /// - All but the metrics have a logarithmic axis if all are positive and the largest is more than 20 times the smallest.
    /// - Metrics share a panel as long as each spans at least a fifth of the panel's range.
    /// - NaN and infinities are gaps in a curve.
    /// - Of more epochs than can be told apart, the extremes are drawn, so that no peak is lost and the file stays small.
    ///
    /// The same history gives the same text. Colours are those of Okabe and Ito, told apart by the colour-blind too.
    /// - Parameter title: the title above the curves.
    public func svg(title: String? = nil) -> String { LearningCurves(self, title: title).document.text }

    /// Writes the drawing of `svg(title:)`.
    /// - Throws: `PerceptronError.fileAccess` if that fails; the old file at `url` is kept then.
    public func write(svg url: URL, title: String? = nil) throws(PerceptronError) {
        try AtomicFile.write(svg(title: title), to: url)
    }
}

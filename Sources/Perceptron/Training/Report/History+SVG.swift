#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension History {
    /// Draws the learning curves over the epochs: the losses, and below them the metrics, the gradient norms, and the
    /// learning rate if it changes. A dashed line marks the kept epoch.
    ///
    /// - Except for metrics, an axis is logarithmic if all values are positive and the largest is more than 20 times
    ///   the smallest.
    /// - Metrics share a panel as long as each spans at least a fifth of the panel's range.
    /// - NaN and infinities are gaps in a curve.
    /// - With more epochs than can be distinguished, only extremes are drawn, so that no peak is lost and the file
    ///   stays small.
    ///
    /// The same history gives the same text. The colours are those of Okabe and Ito, which colour-blind readers can
    /// distinguish.
    /// - Parameter title: the title above the curves.
    public func svg(title: String? = nil) -> String { LearningCurves(self, title: title).document.text }

    /// Writes the drawing of `svg(title:)`.
    /// - Throws: `PerceptronError.fileAccess` if that fails; an old file at `url` is then unchanged.
    public func write(svg url: URL, title: String? = nil) throws(PerceptronError) {
        try AtomicFile.write(svg(title: title), to: url)
    }
}

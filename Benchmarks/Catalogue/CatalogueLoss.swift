import Perceptron

/// A loss with the outputs of a batch, called as a trainer calls it.
struct CatalogueLoss<Scalar: BLASScalar> {
    private let loss: any Loss
    private let outputs: Matrix<Scalar>
    private let targets: Targets<Scalar>

    /// - Parameter last: what the model ends in; if the loss can, it does that layer's work.
    init(_ loss: any Loss, classes: Bool, behind last: (any Layer)?) {
        let (rows, columns) = (CatalogueEntry.rows, CatalogueEntry.columns)
        self.loss = last.flatMap { loss.fused(with: $0) } ?? loss
        outputs = Matrix(random: rows, columns, seed: 1)
        let targetColumns = loss.expectedTargets(outputFeatures: columns).columns
        targets =
            classes
            ? .classes((0..<rows).map { $0 % columns })
            : .matrix(
                Matrix(
                    rows: rows, columns: targetColumns,
                    elements: Matrix<Scalar>(random: rows, targetColumns, seed: 2).elements.map(abs)))
    }

    func time(_ effort: Timing.Effort) -> (forward: Timing, backward: Timing?) {
        var gradient = outputs
        let timing = Timing(effort) { calls in
            for _ in 0..<calls { evaluate(into: &gradient) }
        }
        return (timing, nil)
    }

    private func evaluate(into gradient: inout Matrix<Scalar>) {
        let (rows, columns) = (outputs.rows, outputs.columns)
        let scale = loss.scale(rows: rows, columns: columns)
        var view = MutableMatrixView(rows: rows, columns: columns, elements: gradient.elements.mutableSpan)
        switch targets {
        case .matrix(let matrix):
            _ = loss.evaluate(
                outputs: outputs.view, targets: TargetView(values: matrix.view), scale: scale, gradient: &view)
        case .classes(let classes):
            _ = loss.evaluate(
                outputs: outputs.view, targets: TargetView(classes: classes.span, columns: columns), scale: scale,
                gradient: &view)
        }
    }
}

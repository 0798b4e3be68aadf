/// A layer that acts in training alone, where it makes each number another one by a random number.
///
/// Which it is follows from the model's seed, the update, the layer, row and column. The way back needs neither what came in
/// nor what went out: so in training the layer may overwrite its input.
package protocol NoiseLayer: Layer {
    /// What is done to the numbers on the way forward.
    /// - Parameter progress: how much of the run of training is done, from 0 to 1.
    func noise(at progress: Double) -> Noise
    /// What the gradients of the numbers that were kept are multiplied by, those of the others being 0; nil if gradients
    /// stay as they are.
    func gradientScale(at progress: Double) -> Double?
}

extension NoiseLayer {
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        noise(at: pass.random?.progress ?? 0).forward(&pass)
    }

    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        Noise.backward(&pass, scale: gradientScale(at: pass.random?.progress ?? 0))
    }

    /// Replaces the inputs by the outputs.
    /// - Parameters:
    ///   - firstColumn: where in the random field the columns begin.
    ///   - rowScratch: the layer's scratch memory for the rows.
    package func disturb<Scalar: BLASScalar>(
        _ values: inout MutableMatrixView<Scalar>, _ random: RandomField, firstColumn: Int,
        rowScratch: inout MutableSpan<Scalar>
    ) {
        noise(at: random.progress).disturb(&values, random, firstColumn: firstColumn, kept: &rowScratch)
    }

    /// Replaces the gradient with respect to the outputs by the one with respect to the inputs.
    package func disturb<Scalar: BLASScalar>(
        gradient: inout MutableMatrixView<Scalar>, _ random: RandomField, firstColumn: Int, rowScratch: Span<Scalar>
    ) {
        guard let scale = gradientScale(at: random.progress) else { return }
        Noise.scaleKept(&gradient, scale, firstColumn: firstColumn, kept: rowScratch)
    }

    public func scratch(forInputFeatures features: Int) -> Scratch {
        Scratch(perRow: gradientScale(at: 0) == nil ? 0 : Kernels.flagScalars(columns: features))
    }

    public var treatsRowsApart: Bool { true }
    public var treatsColumnsApart: Bool { true }
    public var readsOutputInBackward: Bool { false }
    public var actsInTrainingAlone: Bool { true }
}

/// One generic function for all of these layers: a method of the protocol can't be `@specialized`.
extension Noise {
    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        let (input, columns) = (pass.input.columns(pass.columns), pass.columns)
        guard let random = pass.random else { return Kernels.copy(input, into: &pass.output) }
        Kernels.disturb(
            input, self, random, firstColumn: columns.lowerBound, kept: &pass.rowScratch, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate static func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>, scale: Double?) {
        let (gradient, columns) = (pass.outputGradient.columns(pass.columns), pass.columns)
        guard pass.isTraining, let scale else { return Kernels.copy(gradient, into: &pass.inputGradient) }
        Kernels.scaleKept(
            gradient, by: scale, kept: pass.rowScratch, firstColumn: columns.lowerBound, into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func disturb<Scalar: BLASScalar>(
        _ values: inout MutableMatrixView<Scalar>, _ random: RandomField, firstColumn: Int,
        kept: inout MutableSpan<Scalar>
    ) {
        Kernels.disturb(&values, self, random, firstColumn: firstColumn, kept: &kept)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate static func scaleKept<Scalar: BLASScalar>(
        _ gradient: inout MutableMatrixView<Scalar>, _ scale: Double, firstColumn: Int, kept: Span<Scalar>
    ) {
        Kernels.scaleKept(&gradient, by: scale, kept: kept, firstColumn: firstColumn)
    }
}

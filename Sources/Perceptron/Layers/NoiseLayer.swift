/// A layer that acts in training alone, where it makes each number another one by a random number.
///
/// Which it is follows from the model's seed, the update, the layer, row and column. The way back needs neither what came in
/// nor what went out: so in training the layer may overwrite its input.
package protocol NoiseLayer: Layer {
    /// What is done to the numbers on the way forward.
    /// - Parameter progress: how much of the run of training is done, from 0 to 1.
    func noise(at progress: Double) -> Noise
    /// What is done to their gradients on the way back; nil if they stay as they are.
    func gradientNoise(at progress: Double) -> Noise?
}

extension NoiseLayer {
    public func forward<Scalar: BLASScalar>(_ pass: inout ForwardPass<Scalar>) {
        noise(at: pass.random?.progress ?? 0).forward(&pass)
    }

    public func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        guard let noise = gradientNoise(at: pass.random?.progress ?? 0) else {
            return Kernels.copy(pass.outputGradient.columns(pass.columns), into: &pass.inputGradient)
        }
        noise.backward(&pass)
    }

    /// Replaces the inputs by the outputs.
    /// - Parameter firstColumn: where in the random field the columns begin.
    package func disturb<Scalar: BLASScalar>(
        _ values: inout MutableMatrixView<Scalar>, _ random: RandomField, firstColumn: Int
    ) {
        noise(at: random.progress).disturb(&values, random, firstColumn: firstColumn)
    }

    /// Replaces the gradient with respect to the outputs by the one with respect to the inputs.
    package func disturb<Scalar: BLASScalar>(
        gradient: inout MutableMatrixView<Scalar>, _ random: RandomField, firstColumn: Int
    ) {
        gradientNoise(at: random.progress)?.disturb(&gradient, random, firstColumn: firstColumn)
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
        Kernels.disturb(input, self, random, firstColumn: columns.lowerBound, into: &pass.output)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func backward<Scalar: BLASScalar>(_ pass: inout BackwardPass<Scalar>) {
        let (gradient, columns) = (pass.outputGradient.columns(pass.columns), pass.columns)
        guard let random = pass.random else { return Kernels.copy(gradient, into: &pass.inputGradient) }
        Kernels.disturb(gradient, self, random, firstColumn: columns.lowerBound, into: &pass.inputGradient)
    }

    @specialized(where Scalar == Double)
    @specialized(where Scalar == Float)
    fileprivate func disturb<Scalar: BLASScalar>(
        _ values: inout MutableMatrixView<Scalar>, _ random: RandomField, firstColumn: Int
    ) {
        Kernels.disturb(&values, self, random, firstColumn: firstColumn)
    }
}

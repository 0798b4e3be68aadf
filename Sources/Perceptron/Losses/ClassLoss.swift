/// A loss of classes, which works on logits, probabilities or their logarithms.
protocol ClassLoss: KernelLoss {
    var outputs: ClassOutputs { get }
    /// The part of each row's targets that is spread evenly over the classes.
    var labelSmoothing: Double { get }
    /// The same loss from logits.
    var ofLogits: Self { get }
}

extension ClassLoss {
    public var weighsClasses: Bool { true }

    /// The softmax and the loss in one.
    public func fused(with lastLayer: any Layer) -> (any Loss)? {
        outputs == .automatic && lastLayer.isSoftmax ? ofLogits : nil
    }

    public func outputFunction(lastLayer: any Layer, outputFeatures: Int) -> OutputFunction {
        switch outputs {
        case .probabilities: .identity
        case .automatic where !(lastLayer is LogSoftmax): .identity
        case .automatic, .logits, .logProbabilities: kernel.kind == .binary || outputFeatures == 1 ? .sigmoid : .softmax
        }
    }

    public func validate(lastLayer: any Layer, outputFeatures: Int) throws(PerceptronError) {
        try checkNumbers()
        guard outputFeatures > 1 else {
            throw .invalidArchitecture(
                "\(type(of: self)) takes one output for each class, at least 2; the model has 1: for two classes "
                    + "end it "
                    + "with Sigmoid() and use BinaryCrossEntropy(); for more give each an output, and targets that are "
                    + "classes (a file's column that was read as values becomes classes with targetKind: .classes)")
        }
        try checkLastLayer(
            lastLayer, isRight: lastLayer.isSoftmax, "probabilities, of Softmax or LogSoftmax", "Softmax()",
            instead: lastLayer is Sigmoid ? "BinaryCrossEntropy()" : nil)
    }

    /// The same for a loss that takes each output for a probability of its own.
    func checkBinary(_ lastLayer: any Layer) throws(PerceptronError) {
        guard outputs != .logProbabilities else {
            throw .invalidArgument(
                "\(type(of: self)) takes probabilities or logits of two classes, not logarithms of probabilities")
        }
        try checkLastLayer(
            lastLayer, isRight: lastLayer is Sigmoid, "probabilities, of Sigmoid", "Sigmoid()",
            instead: lastLayer.isSoftmax ? "CrossEntropy()" : nil)
    }

    public func expectedTargets(outputFeatures: Int) -> ExpectedTargets {
        ExpectedTargets(columns: outputFeatures, values: 0 ... .infinity)
    }

    func checkNumbers() throws(PerceptronError) {
        try check("label smoothing", labelSmoothing, labelSmoothing >= 0 && labelSmoothing <= 1, "from 0 to 1")
    }

    /// Throws if the model's last layer doesn't return what the loss expects.
    /// - Parameters:
    ///   - isRight: whether it is the layer that the loss is computed with.
    ///   - taken: what such a layer gives.
    ///   - layer: how it is written.
    ///   - other: what else to write with the layer that there is.
    func checkLastLayer(
        _ lastLayer: any Layer, isRight: Bool, _ taken: String, _ layer: String, instead other: String? = nil
    ) throws(PerceptronError) {
        let (name, last) = ("\(type(of: self))", "\(type(of: lastLayer))")
        if outputs == .automatic, !isRight {
            throw .invalidArchitecture(
                "\(name) takes \(taken); the model ends in \(last): write \(other ?? "\(name)(.logits)"), "
                    + "or end the model with \(layer)")
        }
        if outputs == .logits, lastLayer.isSoftmax || lastLayer is Sigmoid {
            throw .invalidArchitecture(
                "\(name)(.logits) takes logits; the model ends in \(last): write \(other ?? "\(name)()"), "
                    + "or leave \(last) out")
        }
    }
}

extension ClassOutputs {
    /// As the kernels have it: without a layer to be computed with, what is called probabilities.
    var form: Kernels.LossOutputs {
        switch self {
        case .logits: .logits
        case .automatic, .probabilities: .probabilities
        case .logProbabilities: .logProbabilities
        }
    }
}

extension Layer {
    /// Whether its outputs are probabilities of classes, or their logarithms, made from logits.
    var isSoftmax: Bool { self is Softmax || self is LogSoftmax }
}

import Perceptron

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension MLP {
    /// Reads the model of an ONNX file, as written by PyTorch's `torch.onnx.export` and scikit-learn's skl2onnx.
    ///
    /// The path from the graph's input to its output must be a chain of these parts: products (Gemm, MatMul and Add),
    /// activations (Relu, LeakyRelu, PRelu, Elu, Selu, Celu, Gelu, Mish, Sigmoid, HardSigmoid, HardSwish, Clip, Min,
    /// Max, Softplus, Softsign, Softmax, LogSoftmax, Exp, Sin, Tanh, and GELU, SiLU, Mish, HardSwish, Softplus and
    /// Softsign written as several nodes), normalisations (LayerNormalization, BatchNormalization, Scaler, or products
    /// and sums with constants), and nodes without effect on predictions (Cast, Constant, Dropout, Flatten, Identity,
    /// Reshape). The sum of two branches from the same value is a ``Residual`` if one of them is empty or a single
    /// layer. Branches that don't lead to the output are ignored, and nodes that depend only on constants are computed:
    /// weights after a Transpose, Reshape or Cast, sums and products of weights.
    ///
    /// A file written by `write(onnx:)` is read back with the same layers, including registered ones of your own,
    /// unless another program has changed the graph.
    /// - Parameters:
    ///   - url: the file.
    ///   - output: the name of the output to predict; if nil, the graph's only floating-point output.
    ///   - allowsNonFinite: whether parameters may be NaN or infinite.
    /// - Throws: `PerceptronError.fileAccess` if the file can't be read, `.invalidFile` if it isn't such a model; the
    ///   message names the node.
    public init(
        onnx url: URL, output: String? = nil, allowsNonFinite: Bool = false
    ) throws(PerceptronError) {
        let file = try MappedFile(url)
        try self.init(onnx: file.bytes, path: file.path, output: output, allowsNonFinite: allowsNonFinite)
    }

    /// - Parameter path: the name of the file in error messages.
    package init(
        onnx bytes: Span<UInt8>, path: String, output: String? = nil, allowsNonFinite: Bool = false
    ) throws(PerceptronError) {
        let model: ONNXModel
        do throws(ProtobufReader.Failure) {
            model = try ONNXModel(bytes)
        } catch {
            throw .invalidFile("\(path): byte \(error.offset): \(error.reason)")
        }
        if output == nil || output == model.graph.outputs.first?.name,
            let original = ONNXOriginal<Scalar>.model(in: model)
        {
            let numbers = original.parameters + original.state
            if !allowsNonFinite, let number = numbers.first(where: { !$0.isFinite }) {
                throw .invalidFile("\(path): \(number) is among its parameters; all numbers must be finite")
            }
            self = original
            return
        }
        let read: ONNXImport<Scalar>
        do throws(ONNXChain.Failure) {
            read = try ONNXImport(model, output: output, allowsNonFinite: allowsNonFinite)
        } catch {
            throw .invalidFile("\(path): \(error.reason)\(model.wayOut)")
        }
        do throws(PerceptronError) {
            try self.init(read.layers, parameters: read.parameters)
        } catch {
            throw .invalidFile("\(path): \(error)")
        }
    }
}

extension ONNXModel {
    /// A hint for errors about files that this package wrote but can't read.
    fileprivate var wayOut: String {
        guard producer == ONNXModel.producer else { return "" }
        return metadata[ONNXExport.columnsKey] == nil
            ? "; the graph is not, or no longer, that of registered layers: write a model that is to be read again with save(to:)"
            : "; the graph has a pipeline's preprocessing: write a pipeline that is to be read again with save(to:), "
                + "or its model alone with write(onnx:includesPreprocessing: false)"
    }
}

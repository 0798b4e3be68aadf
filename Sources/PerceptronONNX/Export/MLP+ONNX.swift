import Perceptron

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension MLP {
    /// Writes the model as an ONNX file (operators of version 17, format 8), which ONNX Runtime and others run.
    ///
    /// The graph takes batch × `inputFeatures` and gives batch × `outputFeatures`, for any number of rows, both of the
    /// model's own scalar type.
    /// - Parameters:
    ///   - url: the file; what is there is replaced atomically.
    ///   - output: whether a final Softmax, LogSoftmax or Sigmoid is left out.
    ///   - inputName: what the graph's input is called.
    ///   - outputName: what its output is called.
    ///   - labelNames: what the classes are called; it goes into the file's metadata, as JSON under "labelNames".
    /// - Throws: `PerceptronError.invalidArgument` if a layer is no `ONNXExportableLayer`, naming it, the names of
    ///   input and output can't be used, or the file would be larger than the 2 GB that ONNX allows; `.fileAccess` if it
    ///   can't be written.
    public func write(
        onnx url: URL, output: ONNXOutput = .probabilities, inputName: String = "input", outputName: String = "output",
        labelNames: [String] = []
    ) throws(PerceptronError) {
        let export = try ONNXExport(
            model: self, preprocessing: nil, output: output, inputName: inputName, outputName: outputName,
            metadata: labelNames.isEmpty ? [:] : ["labelNames": labelNames])
        try export.write(to: url)
    }
}

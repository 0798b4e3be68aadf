import Perceptron

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension MLP {
    /// Writes the model as an ONNX file (operator set 17, IR version 8), which ONNX Runtime and others run.
    ///
    /// The graph takes batch × `inputFeatures` and returns batch × `outputFeatures`, for any number of rows, both in
    /// the model's own scalar type.
    /// - Parameters:
    ///   - url: the file; an existing file is replaced atomically.
    ///   - output: whether a final Softmax, LogSoftmax or Sigmoid is omitted.
    ///   - inputName: the name of the graph's input.
    ///   - outputName: the name of its output.
    ///   - labelNames: the names of the classes, which are stored in the file's metadata, as JSON under "labelNames".
    /// - Throws: `PerceptronError.invalidArgument`, naming the layer, if a layer is not an `ONNXExportableLayer`; if
    ///   the input or output name can't be used; or if the file would exceed ONNX's limit of 2 GB; `.fileAccess` if the
    ///   file can't be written.
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

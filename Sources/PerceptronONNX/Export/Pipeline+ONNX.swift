import Perceptron

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Pipeline {
    /// Writes the trained pipeline as an ONNX file (operator set 17, IR version 8).
    ///
    /// With preprocessing, the graph takes raw rows, batch × columns, like those of training: numbers, NaN where one is
    /// missing, and for a category its index among the categories of its column, which the file's metadata lists as
    /// JSON under "columns" (those that occurred in training). Predictions are in the targets' own units. Preprocessing
    /// is computed in Double, as in this package. A graph can't throw: a missing or unseen value for which `predict`
    /// would throw is not detected.
    /// - Parameters:
    ///   - url: the file; an existing file is replaced atomically.
    ///   - includesPreprocessing: if false, the graph takes preprocessed rows, the outputs of `fittedPreprocessing`.
    ///   - output: whether the graph returns probabilities, as `predict` does, or logits.
    ///   - inputName: the name of the graph's input.
    ///   - outputName: the name of its output.
    /// - Throws: `PerceptronError.invalidState` before training; `.invalidArgument` as `MLP.write(onnx:)` does;
    ///   `.fileAccess` if the file can't be written.
    public func write(
        onnx url: URL, includesPreprocessing: Bool = true, output: ONNXOutput = .probabilities,
        inputName: String = "input", outputName: String = "output"
    ) throws(PerceptronError) {
        let model = try predictingModel()
        var metadata: [String: [String]] = [:]
        if !labelNames.isEmpty { metadata["labelNames"] = labelNames }
        if !targetNames.isEmpty { metadata["targetNames"] = targetNames }
        let export = try ONNXExport(
            model: model, preprocessing: includesPreprocessing ? fittedPreprocessing : nil, output: output,
            inputName: inputName, outputName: outputName, metadata: metadata)
        try export.write(to: url)
    }
}

import Perceptron

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Pipeline {
    /// Writes the trained pipeline as an ONNX file (operators of version 17, format 8).
    ///
    /// With its preprocessing the graph takes raw rows, batch × columns, as the pipeline was trained on: numbers, NaN
    /// where one is missing, and for a category its index among the `categories` of its column, which the file's
    /// metadata list as JSON under "columns" (they are those that occurred in training); predictions are in the targets'
    /// own units. Preprocessing is computed in Double, as here. A graph can't throw: a missing or unseen value that is
    /// an error here is not found there.
    /// - Parameters:
    ///   - url: the file; what is there is replaced atomically.
    ///   - includesPreprocessing: if false, the graph takes what `fittedPreprocessing` gives.
    ///   - output: whether probabilities are given, as `predict` does, or the logits that they are made of.
    ///   - inputName: what the graph's input is called.
    ///   - outputName: what its output is called.
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

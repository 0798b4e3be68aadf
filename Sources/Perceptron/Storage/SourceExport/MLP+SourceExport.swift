#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension MLP {
    /// Writes the model as a Swift file that imports nothing and allocates nothing: for a microcontroller, a Wasm
    /// build, a test.
    ///
    /// ```swift
    /// try model.writeSwiftSource(to: url, named: "Digits")
    /// // and where the file is compiled, with Embedded Swift too:
    /// Digits.predict(pixels.span, into: &probabilities)
    /// ```
    /// The file has the exact parameters, as text that is decoded at each use, so that a model of 100,000 parameters
    /// compiles in a second and needs no set-up in memory. The C program is faster. The results differ from those of
    /// `predict` by the order of sums and the last digits of exponentials.
    /// - Parameters:
    ///   - url: the file.
    ///   - name: the name of the enum with the model; it begins with a capital letter.
    ///   - labels: the names of the outputs; `Digits.label(3)` is the fourth.
    /// - Throws: `PerceptronError.invalidArgument` if a layer is not one of this package's, the name is not valid, or
    ///   the number of labels differs from that of the outputs; `.invalidValue` if a parameter is not finite;
    ///   `.fileAccess` if the file can't be written, and an old file is then unchanged.
    public func writeSwiftSource(
        to url: URL, named name: String = "Model", labels: [String] = []
    ) throws(PerceptronError) {
        try SwiftProgram(program(name, labels)).write(to: url)
    }

    /// Writes the model as a C99 header that includes nothing; C++ accepts it, too.
    ///
    /// ```c
    /// #include "digits.h"
    /// float probabilities[digits_outputs];
    /// digits_predict(pixels, probabilities);
    /// ```
    /// The parameters are decimals that read back exactly.
    /// - Parameters:
    ///   - url: the file.
    ///   - name: the prefix of all names in the file, before an underscore.
    ///   - labels: the names of the outputs; `digits_label(3)` is the fourth.
    public func writeCSource(
        to url: URL, named name: String = "model", labels: [String] = []
    ) throws(PerceptronError) {
        try CProgram(program(name, labels)).write(to: url)
    }

    private func program(_ name: String, _ labels: [String]) throws(PerceptronError) -> SourceProgram {
        guard labels.isEmpty || labels.count == outputFeatures else {
            throw .invalidArgument("\(labels.count) labels for \(outputFeatures) outputs")
        }
        var flow = SourceFlow(inputs: inputFeatures)
        try appendSteps(to: &flow)
        return try SourceProgram(name: name, precision: SourcePrecision(Scalar.self), flow: flow, labels: labels)
    }
}

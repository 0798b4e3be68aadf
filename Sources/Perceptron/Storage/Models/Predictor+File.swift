#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Predictor {
    /// Creates a predictor of the model in a safetensors file, which is mapped into memory instead of read: it is ready
    /// at once however large the file is, and processes that predict from the same file share its memory.
    ///
    /// A ``Linear`` uses its weight in place if the file has the type `Scalar`; other parameters are read. Weights in
    /// files are out × in instead of in × out, so another BLAS product is used, and the last bits may differ from those
    /// of `Predictor(MLP(contentsOf: url))`.
    ///
    /// The file must not be changed while the predictor exists. Replacing it by another file, as `MLP.save` does, is
    /// safe.
    /// - Parameters:
    ///   - url: the file; see ``MLP/init(contentsOf:layers:prefix:ignoring:seed:allowsNonFinite:)``. From a pipeline's
    ///     file it reads the model alone.
    ///   - layers: the model's layers; nil for those in the file.
    ///   - prefix: the prefix of the tensors' names; if nil, the prefix that all of them share.
    ///   - ignoring: tensors to ignore.
    ///   - mostRows: the most rows that will be predicted at once.
    ///   - threads: the most threads to use; as many as help if nil. The bits don't depend on it.
    ///   - allowsNonFinite: whether parameters may be NaN or infinite. Otherwise those that stay in the file are
    ///     checked before the first prediction, which throws.
    /// - Throws: `PerceptronError.invalidArgument` if `mostRows` or `threads` is less than 1; what
    ///   ``MLP/init(contentsOf:layers:prefix:ignoring:seed:allowsNonFinite:)`` throws.
    public init(
        contentsOf url: URL, layers: [any Layer]? = nil, prefix: String? = nil, ignoring: [String] = [],
        mostRows: Int = 1, threads: Int? = nil,
        allowsNonFinite: Bool = false
    ) throws(PerceptronError) {
        let file = try MappedFile(url)
        let stored = try StoredModel(
            SafetensorsHeader(file.bytes, path: file.path), path: file.path, layers: layers,
            names: ForeignNames(prefix: prefix, ignored: ignoring))
        let mapped = try MappedModel<Scalar>(stored, file, allowsNonFinite: allowsNonFinite)
        try self.init(
            mapped.network, parameters: .apart(mapped.parameters), state: mapped.state, owners: mapped.owners,
            mostRows: mostRows, threads: threads
        ) { () throws(PerceptronError) in
            if !allowsNonFinite { try mapped.checkFinite() }
        }
    }
}

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension History {
    /// Writes a table with a line for each epoch: its number, "loss", "validation loss" if there was validation, each
    /// metric, "learning rate", "gradient norm", and "kept", which is 1 for the kept epoch and 0 for the others.
    ///
    /// Numbers are the shortest that read back as the same; names are quoted if RFC 4180 requires it.
    /// - Throws: `PerceptronError.fileAccess` if that fails; an old file at `url` is then unchanged.
    public func write(csv url: URL) throws(PerceptronError) {
        var columns = [("loss", losses)]
        if !validationLosses.isEmpty { columns.append(("validation loss", validationLosses)) }
        columns += metrics.map { ($0.name, $0.values) }
        if !learningRates.isEmpty { columns.append(("learning rate", learningRates)) }
        if !gradientNorms.isEmpty { columns.append(("gradient norm", gradientNorms)) }
        let names = ["epoch"] + columns.map { History.quoted($0.0) } + ["kept"]
        try AtomicFile.write(to: url) { (file) throws(PerceptronError) in
            try file.write(names.joined(separator: ",") + "\n")
            for epoch in losses.indices {
                let numbers = columns.map { $0.1.indices.contains(epoch) ? "\($0.1[epoch])" : "" }
                let kept = epoch + 1 == keptEpoch ? "1" : "0"
                try file.write((["\(epoch + 1)"] + numbers + [kept]).joined(separator: ",") + "\n")
            }
        }
    }

    private static func quoted(_ name: String) -> String {
        guard name.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return name }
        return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

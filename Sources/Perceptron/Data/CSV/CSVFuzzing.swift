/// What a fuzzer calls: everything that reads CSV, from bytes.
package enum CSVFuzzing {
    /// Reads `bytes` as a matrix and as data sets, in chunks whose size the bytes give.
    package static func read(_ bytes: [UInt8]) throws(PerceptronError) {
        let source = CSVSource(name: "bytes", bytes: bytes, chunkSize: 1 + Int(bytes.first ?? 0))
        let separators: [Character] = [",", ";", "\t", " "]
        let isEnglish = bytes.count / 8 % 2 == 0
        let format = try CSVFormat(
            hasHeader: bytes.count.isMultiple(of: 2), separator: separators[bytes.count / 2 % 4],
            decimalSeparator: isEnglish ? "." : ",", thousandsSeparator: isEnglish ? "," : ".")
        // Each of them may throw; none may keep the next from its turn.
        var failure: PerceptronError?
        func attempt(_ read: () throws(PerceptronError) -> Void) {
            do throws(PerceptronError) { try read() } catch { failure = error }
        }
        attempt { () throws(PerceptronError) in _ = try Matrix<Float>(source, format) }
        attempt { () throws(PerceptronError) in _ = try Matrix<Double>(source, format) }
        attempt { () throws(PerceptronError) in _ = try Dataset<Double>(source, format, CSVSelection()) }
        let schema = [Column("1", .categorical(categories: ["a", "1"]))]
        attempt { () throws(PerceptronError) in
            let selection = CSVSelection(schema: schema, targets: ["2"], targetKind: .classes)
            _ = try Dataset<Double>(source, format, selection)
        }
        if let failure { throw failure }
    }
}

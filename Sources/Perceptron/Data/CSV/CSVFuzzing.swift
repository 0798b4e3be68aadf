/// The entry point of a fuzzer: everything that reads CSV, from bytes.
package enum CSVFuzzing {
    /// Reads a file as a matrix and as data sets.
    /// - Parameter bytes: The file, followed by a few bytes from which every option of the reader is drawn.
    package static func read(_ bytes: [UInt8]) throws(PerceptronError) {
        var options = Options(bytes.suffix(Options.count))
        var text = Array(bytes.dropLast(Options.count))
        if options.next(2) == 1 { text = [0xFF, 0xFE] + text }
        if let wide = UTF16Text(text.span) { text = try wide.utf8("bytes") }
        let source = CSVSource(name: "bytes", bytes: text, chunkSize: 1 + options.next(256))
        let hasHeader = options.next(2) == 1
        let format = try CSVFormat(
            hasHeader: hasHeader, separator: options.next(among: [",", ";", "\t", " "]),
            missing: options.next(among: [CSV.missing, ["", "-1"], ["1970-01-01", "x"], []]),
            decimalSeparator: options.next(among: [".", ","]),
            thousandsSeparator: options.next(among: [nil, "'", "_", " ", ".", ","]))
        // Each may throw, but must not keep the next from running.
        var failure: PerceptronError?
        func attempt(_ read: () throws(PerceptronError) -> Void) {
            do throws(PerceptronError) { try read() } catch { failure = error }
        }
        attempt { () throws(PerceptronError) in _ = try Matrix<Float>(source, format) }
        attempt { () throws(PerceptronError) in _ = try Matrix<Double>(source, format) }
        attempt { () throws(PerceptronError) in
            _ = try Dataset<Double>(source, format, CSVSelection(targets: ["2"])).description
        }
        let schema = [Column("1", .categorical(categories: ["a", "1"]))]
        attempt { () throws(PerceptronError) in
            let selection = CSVSelection(schema: schema, targets: ["2"], targetKind: .classes)
            _ = try Dataset<Double>(source, format, selection)
        }
        attempt { () throws(PerceptronError) in
            var reader = try CSVReader<Double>(source, columns: schema, format, blockRows: 256)
            while let rows = try reader.next() { _ = rows.description }
        }
        let dates = DateColumn.column(
            options.next(among: ["1", "a", "date"]),
            format: options.next(among: [
                nil, "d.M.yyyy", "yyyyMMddHHmmss", "M/d/yy h:mm a", "d MMM yyyy H:m:s.S Z", "MMMM d, yyyy 'at' H:mm",
                // The beginning of the file, whatever it is.
                String(decoding: text.prefix(12), as: UTF8.self),
            ]), as: [.days, .year, .week, .day])
        attempt { () throws(PerceptronError) in
            let data = try Dataset<Float>(source, format, CSVSelection(categorical: ["2"], dates: [dates]))
            _ = data.description
            _ = try Dataset<Double>(source, format, CSVSelection(schema: data.columns))
        }
        if let failure { throw failure }
    }

    /// Numbers drawn from bytes.
    private struct Options {
        static let count = 8
        private var bits: UInt64

        init(_ bytes: ArraySlice<UInt8>) { bits = bytes.reduce(0) { $0 << 8 | UInt64($1) } }

        mutating func next(_ limit: Int) -> Int {
            let (quotient, remainder) = bits.quotientAndRemainder(dividingBy: UInt64(limit))
            bits = quotient
            return Int(remainder)
        }

        mutating func next<Value>(among values: [Value]) -> Value { values[next(values.count)] }
    }
}

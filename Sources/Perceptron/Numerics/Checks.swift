#if canImport(Darwin)
    import Darwin
#elseif canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Throws unless `threads` is nil or at least 1; nil means all processors.
func checkedThreads(_ threads: Int?) throws(PerceptronError) -> Int {
    guard let threads else { return BLAS.processors }
    guard threads > 0 else { throw .invalidArgument("threads is \(threads); it must be at least 1") }
    return threads
}

/// Throws unless a matrix is `columns` wide.
func checkColumns<Scalar>(
    _ matrix: Matrix<Scalar>, _ name: String, columns: Int, of owner: String
) throws(PerceptronError) {
    guard matrix.columns == columns else {
        throw .shapeMismatch("\(name) have \(counted(matrix.columns, "column")); \(owner) \(columns)")
    }
}

/// Throws unless a matrix is `columns` wide and all its elements are finite.
func check<Scalar>(
    _ matrix: Matrix<Scalar>, _ name: String, columns: Int, of owner: String, rows: [Int]? = nil
) throws(PerceptronError) {
    try checkColumns(matrix, name, columns: columns, of: owner)
    let elements = matrix.elements.span
    var index: Int?
    if let rows {
        for row in rows where index == nil {
            let values = elements.extracting(row * columns..<(row + 1) * columns)
            index = Kernels.firstNonFinite(values).map { row * columns + $0 }
        }
    } else {
        index = Kernels.firstNonFinite(elements)
    }
    guard let index else { return }
    throw .invalidValue(
        "\(name) have \(elements[index]) in row \(index / columns), column \(index % columns) (counted from 0); "
            + "all values must be finite")
}

/// Throws if the parameters alone are larger than the machine's memory: an array of that size would end the process.
func checkMemory(parameters: Int, bytesEach: Int) throws(PerceptronError) {
    guard let memory = memoryExceeded(by: parameters, bytesEach: bytesEach) else { return }
    throw .invalidArchitecture(
        "the model has \(counted(parameters, "parameter")), which need \(parameters / (1 << 30) * bytesEach) GiB; "
            + "this machine has \(memory >> 30) GiB of memory")
}

/// The same for a result of this shape.
func checkMemory(scalars shape: [Int], bytesEach: Int, _ name: String) throws(PerceptronError) {
    var count = 1
    for size in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: size)
        count = overflow ? .max : product
    }
    guard let memory = memoryExceeded(by: count, bytesEach: bytesEach) else { return }
    throw .invalidArgument(
        "\(name) has \(shape.map { "\($0)" }.joined(separator: " x ")) numbers, which need "
            + "\(count / (1 << 30) * bytesEach) GiB; this machine has \(memory >> 30) GiB of memory. Take fewer rows at once"
    )
}

/// The machine's memory, if that many numbers don't fit into it.
private func memoryExceeded(by numbers: Int, bytesEach: Int) -> Int? {
    let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
    return memory > 0 && numbers > memory / bytesEach ? memory : nil
}

/// "1 field", "2 fields", "0 classes", for messages.
@usableFromInline
package func counted(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
    "\(count) \(count == 1 ? noun : plural ?? noun + "s")"
}

/// "there is 1 field", "there are 2 fields".
package func thereAre(_ count: some BinaryInteger, _ noun: String, _ plural: String? = nil) -> String {
    "there \(count == 1 ? "is" : "are") \(counted(count, noun, plural))"
}

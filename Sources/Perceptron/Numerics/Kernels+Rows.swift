extension Kernels {
    /// Every row of `values` becomes `row`.
    static func fill<Scalar>(_ values: inout MutableMatrixView<Scalar>, row: Span<Scalar>) {
        precondition(row.count == values.columns, "a row as wide as the matrix")
        values.withMemory { values in
            row.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.fill_rows(
                    values.rows, values.columns, $0.baseAddress!, values.start, values.stride)
            }
        }
    }

    /// Every row of `values` times a factor, plus `row` unless that is empty.
    static func scale<Scalar>(_ values: inout MutableMatrixView<Scalar>, by factor: Double, adding row: Span<Scalar>) {
        precondition(row.isEmpty || row.count == values.columns, "a row as wide as the matrix")
        values.withMemory { values in
            row.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.scale(
                    values.rows, values.columns, values.start, values.stride, factor, Kernels.row($0))
            }
        }
    }

    /// sums[0, c] = the sum of column c; rows are added in order.
    static func columnSums<Scalar>(_ values: MatrixView<Scalar>, into sums: inout MutableMatrixView<Scalar>) {
        precondition(sums.rows == 1 && sums.columns == values.columns, "as many sums as columns")
        sums.withMemory { sums in
            values.elements.withUnsafeBufferPointer {
                // With no rows, the sums are zero and the memory has no address.
                let start = UnsafeRawPointer($0.baseAddress) ?? UnsafeRawPointer(sums.start)
                Scalar._kernelTable.functions.column_sums(
                    values.rows, values.columns, start, values.stride, sums.start)
            }
        }
    }

    /// sums[0, c] = the sum of a[r, c] · b[r, c] over column c; rows are added in order.
    static func columnDots<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into sums: inout MutableMatrixView<Scalar>
    ) {
        withMemory(a, b, sums: &sums) {
            Scalar._kernelTable.functions.column_dots(
                $0.rows, $0.columns, $0.start, $0.stride, $1.start, $1.stride, $2)
        }
    }

    /// Row r of `values` becomes row indices[r] of `source`.
    static func gather<Scalar>(
        _ source: MatrixView<Scalar>, rows indices: Span<Int>, into values: inout MutableMatrixView<Scalar>
    ) {
        precondition(indices.count == values.rows && source.columns == values.columns, "one index per row")
        for position in indices.indices {
            precondition(indices[position] >= 0 && indices[position] < source.rows, "row out of range")
        }
        values.withMemory { values in
            source.elements.withUnsafeBufferPointer { source_ in
                indices.withUnsafeBufferPointer {
                    Scalar._kernelTable.functions.gather_rows(
                        values.rows, values.columns, source_.baseAddress!, source.stride, $0.baseAddress!,
                        values.start, values.stride)
                }
            }
        }
    }

    static func copy<Scalar>(_ source: MatrixView<Scalar>, into values: inout MutableMatrixView<Scalar>) {
        withMemory(source, &values) {
            Scalar._kernelTable.functions.copy($1.rows, $1.columns, $0.start, $0.stride, $1.start, $1.stride)
        }
    }

    /// values[r, c] = a[r, c] + b[r, c].
    static func add<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, into values: inout MutableMatrixView<Scalar>
    ) {
        precondition(b.rows == values.rows && b.columns == values.columns, "matrices of one shape")
        withMemory(a, &values) { first, values in
            b.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.add(
                    values.rows, values.columns, first.start, first.stride, $0.baseAddress!, b.stride, values.start,
                    values.stride)
            }
        }
    }

    /// values[c, r] = source[r, c].
    static func transpose<Scalar>(_ source: MatrixView<Scalar>, into values: inout MutableMatrixView<Scalar>) {
        precondition(source.rows == values.columns && source.columns == values.rows, "the transposed shape")
        values.withMemory { values in
            source.elements.withUnsafeBufferPointer {
                Scalar._kernelTable.functions.transpose(
                    source.rows, source.columns, $0.baseAddress!, source.stride, values.start, values.stride)
            }
        }
    }

    /// The largest |x|; NaN if any element is, and 0 if there are none.
    static func largestMagnitude<Scalar: BLASScalar>(_ values: Span<Scalar>) -> Double {
        if values.count == 0 { return 0 }
        return values.withUnsafeBufferPointer {
            Scalar._kernelTable.functions.largest_magnitude($0.count, $0.baseAddress!)
        }
    }

    /// The index of the first element that is NaN or infinite.
    static func firstNonFinite<Scalar: BLASScalar>(_ values: Span<Scalar>) -> Int? {
        if values.count == 0 { return nil }
        let index = values.withUnsafeBufferPointer {
            Scalar._kernelTable.functions.first_non_finite($0.count, $0.baseAddress!)
        }
        return index < 0 ? nil : index
    }
}

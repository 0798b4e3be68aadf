import CKernels

/// The elementwise loops for one scalar type, compiled for the instruction set of this machine.
public struct _KernelTable: @unchecked Sendable {
    let functions: CKernelTable

    static func best(for type: Double.Type) -> _KernelTable { variant(.best, for: type) }
    static func best(for type: Float.Type) -> _KernelTable { variant(.best, for: type) }

    static func variant(_ variant: InstructionSet, for type: Double.Type) -> _KernelTable {
        _KernelTable(functions: ckernels_double(variant.kernels).pointee)
    }

    static func variant(_ variant: InstructionSet, for type: Float.Type) -> _KernelTable {
        _KernelTable(functions: ckernels_float(variant.kernels).pointee)
    }
}

/// The instruction sets for which the elementwise loops are compiled.
enum InstructionSet: String, CaseIterable, Sendable {
    case baseline, avx2, avx512

    static let best: InstructionSet =
        switch ckernels_best_variant() {
        case CKernelAVX512: .avx512
        case CKernelAVX2: .avx2
        default: .baseline
        }

    /// The instruction sets of this machine.
    static var available: [InstructionSet] { Array(allCases.prefix(through: allCases.firstIndex(of: best)!)) }

    fileprivate var kernels: CKernelVariant {
        switch self {
        case .baseline: CKernelBaseline
        case .avx2: CKernelAVX2
        case .avx512: CKernelAVX512
        }
    }
}

/// The checked interface to the C loops: views in, sizes compared, one call for a whole array.
enum Kernels {
    /// The number of an activation.
    typealias Activation = CActivation
    typealias LossKind = CLossKind
    typealias LossOutputs = CLossOutputs
    typealias LossCall = CLoss

    /// A hint to the processor inside a loop that waits.
    static func pause() { ckernels_pause() }

    // MARK: Memory behind the views

    struct Memory<Pointer> {
        let start: Pointer
        let rows: Int
        let columns: Int
        let stride: Int
    }

    /// Calls `body` with the memory of two matrices of one shape, unless they are empty.
    static func withMemory<Scalar>(
        _ source: MatrixView<Scalar>, _ values: inout MutableMatrixView<Scalar>,
        _ body: (Memory<UnsafeRawPointer>, Memory<UnsafeMutableRawPointer>) -> Void
    ) {
        precondition(source.rows == values.rows && source.columns == values.columns, "matrices of one shape")
        values.withMemory { values in
            source.elements.withUnsafeBufferPointer {
                body(
                    Memory(
                        start: UnsafeRawPointer($0.baseAddress!), rows: source.rows, columns: source.columns,
                        stride: source.stride), values)
            }
        }
    }

    /// Calls `body` with the memory of two matrices of one shape and a sum for each of their columns.
    static func withMemory<Scalar>(
        _ a: MatrixView<Scalar>, _ b: MatrixView<Scalar>, sums: inout MutableMatrixView<Scalar>,
        _ body: (Memory<UnsafeRawPointer>, Memory<UnsafeRawPointer>, UnsafeMutableRawPointer) -> Void
    ) {
        precondition(a.rows == b.rows && a.columns == b.columns, "matrices of one shape")
        precondition(sums.rows == 1 && sums.columns == a.columns, "as many sums as columns")
        sums.withMemory { sums in
            a.elements.withUnsafeBufferPointer { first in
                b.elements.withUnsafeBufferPointer { second in
                    // With no rows, the sums are zero and the memory has no address.
                    func memory(_ start: UnsafePointer<Scalar>?, stride: Int) -> Memory<UnsafeRawPointer> {
                        Memory(
                            start: start.map { UnsafeRawPointer($0) } ?? UnsafeRawPointer(sums.start), rows: a.rows,
                            columns: a.columns, stride: stride)
                    }
                    body(
                        memory(first.baseAddress, stride: a.stride), memory(second.baseAddress, stride: b.stride),
                        sums.start)
                }
            }
        }
    }

    /// The address of a row of parameters; nil if there are none.
    static func row<Scalar>(_ elements: UnsafeBufferPointer<Scalar>) -> UnsafeRawPointer? {
        elements.isEmpty ? nil : UnsafeRawPointer(elements.baseAddress)
    }
}

extension MutableMatrixView {
    /// Calls `body` with the matrix's memory, unless it is empty.
    mutating func withMemory(_ body: (Kernels.Memory<UnsafeMutableRawPointer>) -> Void) {
        if rows == 0 || columns == 0 { return }
        let (rows, columns, stride) = (rows, columns, stride)
        elements.withUnsafeMutableBufferPointer {
            body(
                Kernels.Memory(
                    start: UnsafeMutableRawPointer($0.baseAddress!), rows: rows, columns: columns, stride: stride))
        }
    }
}

import Foundation
import Testing

@testable import Perceptron

/// What the tests of kernels need to know of a scalar type.
protocol KernelScalar: BLASScalar {
    static func table(_ set: InstructionSet) -> _KernelTable
}

extension Double: KernelScalar {
    static func table(_ set: InstructionSet) -> _KernelTable { .variant(set, for: Double.self) }
}

extension Float: KernelScalar {
    static func table(_ set: InstructionSet) -> _KernelTable { .variant(set, for: Float.self) }
}

/// A matrix whose rows lie `gap` elements apart, for kernels; the gaps hold a value that must survive.
struct StridedMatrix<Scalar: KernelScalar> {
    let rows: Int
    let columns: Int
    let stride: Int
    var memory: [Scalar]
    static var untouched: Scalar { -77 }

    init(rows: Int, columns: Int, gap: Int, _ value: (Int, Int) -> Scalar) {
        self.rows = rows
        self.columns = columns
        stride = columns + gap
        memory = [Scalar](repeating: Self.untouched, count: max(1, rows * stride))
        for row in 0..<rows {
            for column in 0..<columns { memory[row * stride + column] = value(row, column) }
        }
    }

    init(_ matrix: Matrix<Scalar>, gap: Int) {
        self.init(rows: matrix.rows, columns: matrix.columns, gap: gap) { matrix[$0, $1] }
    }

    var matrix: Matrix<Scalar> {
        Matrix(
            rows: rows, columns: columns,
            elements: (0..<rows).flatMap { memory[$0 * stride..<$0 * stride + columns] })
    }

    var gapsAreUntouched: Bool {
        (0..<rows).allSatisfy { row in
            memory[row * stride + columns..<(row + 1) * stride].allSatisfy { $0 == Self.untouched }
        }
    }
}

/// How many representable numbers lie between two; 0 for two NaN.
func ulps<Scalar: KernelScalar>(_ a: Scalar, _ b: Scalar) -> Double {
    if a.isNaN && b.isNaN || a == b { return 0 }
    guard a.isFinite, b.isFinite else { return .infinity }
    return Double(abs(a - b) / max(a.ulp, b.ulp))
}

/// The column counts around the widths of vectors, and what else matters.
let kernelColumns = Array(1...70) + [127, 128, 129, 300]
let kernelVariants = InstructionSet.available

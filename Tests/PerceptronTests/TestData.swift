import Foundation
import Testing

@testable import Perceptron

/// The digits that the example trains on: 8×8 pixels from 0 to 16, and the digit.
///
/// UCI "Optical Recognition of Handwritten Digits", Alpaydin and Kaynak 1998, CC BY 4.0.
enum Digits {
    static let pixels = 64

    /// All rows; the inputs divided by 16.
    static let all: (inputs: Matrix<Double>, classes: [Int]) = {
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../Examples/Digits/digits.csv").standardizedFileURL
        var inputs: [Double] = []
        var classes: [Int] = []
        var value = 0
        var column = 0
        for byte in (try? Data(contentsOf: file)) ?? Data() {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value * 10 + Int(byte - UInt8(ascii: "0"))
            case UInt8(ascii: ","):
                inputs.append(Double(value) / 16)
                value = 0
                column += 1
            case UInt8(ascii: "\n"):
                if column == pixels { classes.append(value) }
                value = 0
                column = 0
            default: break
            }
        }
        return (Matrix(rows: classes.count, columns: pixels, elements: inputs), classes)
    }()
}

extension RandomGenerator {
    /// A matrix of normal numbers.
    mutating func matrix<Scalar: BLASScalar>(_ rows: Int, _ columns: Int, of _: Scalar.Type) -> Matrix<Scalar> {
        Matrix(rows: rows, columns: columns, elements: normals(rows * columns).map { Scalar($0) })
    }

    mutating func normals(_ count: Int) -> [Double] {
        var values: [Double] = []
        while values.count < count {
            let pair = nextNormalPair()
            values += [pair.0, pair.1]
        }
        return Array(values.prefix(count))
    }

    /// A matrix of positive rows that sum to 1.
    mutating func distributions<Scalar: BLASScalar>(
        _ rows: Int, _ columns: Int, of _: Scalar.Type
    ) -> Matrix<Scalar> {
        var result = Matrix<Scalar>(rows: rows, columns: columns)
        for row in 0..<rows {
            let values = (0..<columns).map { _ in 0.05 + nextUniform() }
            let sum = values.reduce(0, +)
            for column in 0..<columns { result[row, column] = Scalar(values[column] / sum) }
        }
        return result
    }

    mutating func classes(_ rows: Int, below count: Int) -> [Int] {
        (0..<rows).map { _ in nextInteger(below: count) }
    }
}

/// The same numbers and the same sign of each zero; NaN equals NaN.
func sameBits<Scalar: BLASScalar>(_ a: [Scalar], _ b: [Scalar]) -> Bool {
    guard a.count == b.count else { return false }
    for index in a.indices {
        if a[index].isNaN && b[index].isNaN { continue }
        if a[index] != b[index] || a[index].sign != b[index].sign { return false }
    }
    return true
}

/// The first place where |a − b| exceeds `relative` · max(|b|, `floor` · max |b|), described; nil if there is none.
///
/// An element far below the tensor's largest is a difference of larger ones, and carries their rounding errors.
func firstDifference(_ a: [Double], _ b: [Double], relative: Double, floor: Double = 1e-6) -> String? {
    guard a.count == b.count else { return "\(a.count) elements, not \(b.count)" }
    let largest = b.reduce(0) { max($0, abs($1)) }
    for index in a.indices {
        let allowed = relative * max(abs(b[index]), floor * largest)
        guard abs(a[index] - b[index]) <= allowed else {
            return "element \(index) is \(a[index]), not \(b[index]): off by \(abs(a[index] - b[index])) > \(allowed)"
        }
    }
    return nil
}

/// Targets of either form.
enum TestTargets<Scalar: BLASScalar>: Sendable {
    case matrix(Matrix<Scalar>)
    case classes([Int])

    func rows(_ indices: [Int]) -> TestTargets {
        switch self {
        case .matrix(let matrix): .matrix(matrix.rows(indices))
        case .classes(let classes): .classes(indices.map { classes[$0] })
        }
    }
}

extension Trainer {
    mutating func step(_ inputs: Matrix<Scalar>, _ targets: TestTargets<Scalar>) throws -> Double {
        switch targets {
        case .matrix(let matrix): try step(inputs: inputs, targets: matrix)
        case .classes(let classes): try step(inputs: inputs, targets: classes)
        }
    }

    mutating func backward(_ targets: TestTargets<Scalar>, computesInputGradient: Bool = false) throws -> Double {
        switch targets {
        case .matrix(let matrix): try backward(targets: matrix, computesInputGradient: computesInputGradient)
        case .classes(let classes): try backward(targets: classes, computesInputGradient: computesInputGradient)
        }
    }

    mutating func train(
        _ inputs: Matrix<Scalar>, _ targets: TestTargets<Scalar>, epochs: Int, batchSize: Int,
        sampling: Sampling = .shuffled
    ) throws -> History {
        switch targets {
        case .matrix(let matrix):
            try train(
                inputs: inputs, targets: matrix, epochs: epochs, batchSize: batchSize, sampling: sampling,
                progress: .silent)
        case .classes(let classes):
            try train(
                inputs: inputs, targets: classes, epochs: epochs, batchSize: batchSize, sampling: sampling,
                progress: .silent)
        }
    }
}

import Perceptron

/// The kind of targets that a loss takes.
public enum TargetKind: String, CaseIterable, Sendable {
    /// Any numbers.
    case values
    /// Nonnegative integers.
    case counts
    /// Independent numbers from 0 to 1.
    case probabilities
    /// Positive rows that sum to 1.
    case distributions
    /// The class of each row; with one column, 0 or 1.
    case classes

    /// Random targets for a number of rows.
    func draw(rows: Int, columns: Int, seed: UInt64 = 9) -> Targets<Double> {
        var generator = RandomGenerator(seed: seed)
        func matrix(_ element: (inout RandomGenerator) -> Double) -> Matrix<Double> {
            Matrix(rows: rows, columns: columns, elements: (0..<rows * columns).map { _ in element(&generator) })
        }
        switch self {
        case .values: return .matrix(Matrix(Matrix<Float>(generator.normalMatrix(rows, columns))))
        case .counts: return .matrix(matrix { Double($0.nextInteger(below: 5)) })
        case .probabilities: return .matrix(matrix { Double(Float($0.nextUniform())) })
        case .distributions:
            var values = matrix { 0.05 + $0.nextUniform() }
            for row in 0..<rows {
                let sum = (0..<columns).reduce(0) { $0 + values[row, $1] }
                for column in 0..<columns { values[row, column] = Double(Float(values[row, column] / sum)) }
            }
            return .matrix(values)
        case .classes: return .classes((0..<rows).map { _ in generator.nextInteger(below: max(2, columns)) })
        }
    }
}

extension Targets {
    /// The same in another scalar type.
    func converted<Other: BLASScalar>(to _: Other.Type) -> Targets<Other> {
        switch self {
        case .matrix(let matrix):
            .matrix(
                Matrix<Other>(rows: matrix.rows, columns: matrix.columns, elements: matrix.elements.map { Other($0) }))
        case .classes(let classes): .classes(classes)
        }
    }

    /// The targets as a matrix: classes become one-hot rows, or 0 and 1 if there is one column.
    func oneHot(columns: Int) -> Matrix<Scalar> {
        switch self {
        case .matrix(let matrix): return matrix
        case .classes(let classes):
            var matrix = Matrix<Scalar>(rows: classes.count, columns: columns)
            for (row, label) in classes.enumerated() {
                if columns == 1 { matrix[row, 0] = Scalar(label) } else { matrix[row, label] = 1 }
            }
            return matrix
        }
    }
}

extension Trainer {
    mutating func backward(
        _ targets: Targets<Scalar>, weights: [Double]? = nil, computesInputGradient: Bool = false
    ) throws -> Double {
        switch targets {
        case .matrix(let matrix):
            try backward(targets: matrix, sampleWeights: weights, computesInputGradient: computesInputGradient)
        case .classes(let classes):
            try backward(targets: classes, sampleWeights: weights, computesInputGradient: computesInputGradient)
        }
    }

    mutating func step(_ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>) throws -> Double {
        switch targets {
        case .matrix(let matrix): try step(inputs: inputs, targets: matrix)
        case .classes(let classes): try step(inputs: inputs, targets: classes)
        }
    }

    mutating func train(
        _ inputs: Matrix<Scalar>, _ targets: Targets<Scalar>, epochs: Int, batchSize: Int,
        classWeights: [Double]? = nil,
        callbacks: [TrainingCallback<Scalar>] = []
    ) throws -> History {
        switch targets {
        case .matrix(let matrix):
            try train(
                inputs: inputs, targets: matrix, epochs: epochs, batchSize: batchSize, callbacks: callbacks,
                classWeights: classWeights, progress: .silent)
        case .classes(let classes):
            try train(
                inputs: inputs, targets: classes, epochs: epochs, batchSize: batchSize, callbacks: callbacks,
                classWeights: classWeights, progress: .silent)
        }
    }
}
